-- Counts per value of one segment; the responses without a value come last.
SELECT
    coalesce(value, $not_given) AS label,
    count(*) FILTER (WHERE promoter),
    count(*) FILTER (WHERE passive),
    count(*) FILTER (WHERE detractor),
    count(*) FILTER (WHERE blank)
FROM selected
GROUP BY label
ORDER BY label = $not_given, label
