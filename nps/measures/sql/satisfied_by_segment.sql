-- The satisfied of CSAT or CES, and all who answered, per value of one segment.
SELECT coalesce(value, $not_given) AS label, count(*) FILTER (WHERE satisfied), count(score)
FROM selected
WHERE NOT blank
GROUP BY label
ORDER BY label
