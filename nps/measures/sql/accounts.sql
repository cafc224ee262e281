-- How the votes of each account fall, and its revenue; accounts that are alike are counted. Several numbers of one
-- account are one.
SELECT promoters, passives, detractors, revenue, count(*)
FROM (
    SELECT
        count(*) FILTER (WHERE promoter) AS promoters,
        count(*) FILTER (WHERE passive) AS passives,
        count(*) FILTER (WHERE detractor) AS detractors,
        max(revenue) AS revenue
    FROM (
        SELECT coalesce(known_people.account_id, selected.account_id) AS account_id, promoter, passive, detractor
        FROM selected
        LEFT JOIN known_people USING (person_id)
        WHERE NOT blank
    )
    LEFT JOIN known_accounts USING (account_id)
    GROUP BY coalesce(account_key, account_id::VARCHAR)
)
GROUP BY ALL
ORDER BY ALL
