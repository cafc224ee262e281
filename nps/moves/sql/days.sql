-- Counts per day of the reporting zone.
SELECT
    day,
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
GROUP BY day
ORDER BY day
