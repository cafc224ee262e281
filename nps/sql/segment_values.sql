-- The most frequent values of one segment among all responses.
SELECT coalesce(value, $not_given) AS label, count(*)
FROM selected
GROUP BY label
ORDER BY count(*) DESC, label = $not_given, label
LIMIT $limit
