-- How the votes of each account fall within each value of a segment; accounts that are alike are counted.
SELECT cells, count(*)
FROM (
    SELECT list((label, promoters, passives, detractors) ORDER BY label) AS cells
    FROM (
        SELECT
            account_id,
            coalesce(value, $not_given) AS label,
            count(*) FILTER (WHERE promoter) AS promoters,
            count(*) FILTER (WHERE passive) AS passives,
            count(*) FILTER (WHERE detractor) AS detractors
        FROM selected
        WHERE NOT blank
        GROUP BY account_id, label
    )
    GROUP BY account_id
)
GROUP BY cells
ORDER BY cells
