-- Counts per period, named by the first day of its week, month or quarter.
SELECT
    date_trunc($grain, day)::DATE AS period,
    promoters(score, n),
    passives(score, n),
    detractors(score, n),
    blanks(score, n)
FROM (
    SELECT answered_there::DATE AS day, score, count(*) AS n
    FROM selected
    WHERE answered_at IS NOT NULL
    GROUP BY day, score
)
GROUP BY period
ORDER BY period
