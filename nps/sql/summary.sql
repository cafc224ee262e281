-- Counts of the selection.
SELECT
    promoters(score, n),
    passives(score, n),
    detractors(score, n),
    blanks(score, n),
    coalesce(sum(undated), 0)::BIGINT
FROM (
    SELECT score, count(*) AS n, count(*) - count(answered_at) AS undated
    FROM selected
    GROUP BY score
)
