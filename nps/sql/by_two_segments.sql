-- Counts per pair of values of two segments; the responses without a value come last.
SELECT
    coalesce(value, $not_given) AS label,
    coalesce(other_value, $not_given) AS other_label,
    count(*) FILTER (WHERE promoter),
    count(*) FILTER (WHERE passive),
    count(*) FILTER (WHERE detractor),
    count(*) FILTER (WHERE blank)
FROM selected
GROUP BY label, other_label
ORDER BY label = $not_given, label, other_label = $not_given, other_label
