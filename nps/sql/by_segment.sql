-- Counts per value of one segment; the responses without a value come last.
SELECT
    coalesce(value, $not_given) AS label,
    promoters(score, n),
    passives(score, n),
    detractors(score, n),
    blanks(score, n)
FROM (SELECT value, score, count(*) AS n FROM selected GROUP BY value, score)
GROUP BY label
ORDER BY label = $not_given, label
