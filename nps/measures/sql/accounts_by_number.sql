-- The same with a number that the answers themselves carry in place of the revenue: the latest that the account's say.
SELECT promoters, passives, detractors, weight, count(*)
FROM (
    SELECT
        count(*) FILTER (WHERE promoter) AS promoters,
        count(*) FILTER (WHERE passive) AS passives,
        count(*) FILTER (WHERE detractor) AS detractors,
        arg_max(try_cast(number AS DOUBLE), coalesce(answered_at, '-infinity'::TIMESTAMP)) AS weight
    FROM selected
    WHERE NOT blank
    GROUP BY account_id
)
GROUP BY ALL
ORDER BY ALL
