-- Counts per period; `period` is the first day of the week, month or quarter.
SELECT
    period,
    count(*) FILTER (WHERE promoter),
    count(*) FILTER (WHERE passive),
    count(*) FILTER (WHERE detractor),
    count(*) FILTER (WHERE blank)
FROM selected
WHERE period IS NOT NULL
GROUP BY period
ORDER BY period
