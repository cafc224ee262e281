-- The satisfied of CSAT or CES, and all who answered, per period, named by its first day.
SELECT date_trunc($grain, answered_there)::DATE AS period, count(*) FILTER (WHERE satisfied), count(score)
FROM selected
WHERE answered_at IS NOT NULL AND NOT blank
GROUP BY period
ORDER BY period
