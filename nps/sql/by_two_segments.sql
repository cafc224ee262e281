-- Counts per pair of values of two segments; the responses without a value come last.
SELECT
    coalesce(value, $not_given) AS label,
    coalesce(other_value, $not_given) AS other_label,
    promoters(score, n),
    passives(score, n),
    detractors(score, n),
    blanks(score, n)
FROM (SELECT value, other_value, score, count(*) AS n FROM selected GROUP BY value, other_value, score)
GROUP BY label, other_label
ORDER BY label = $not_given, label, other_label = $not_given, other_label
