-- Counts of the selection, and from when to when its answers are.
SELECT
    promoters(score, n),
    passives(score, n),
    detractors(score, n),
    blanks(score, n),
    min(first),
    max(last),
    coalesce(sum(undated), 0)::BIGINT
FROM (
    SELECT
        score,
        count(*) AS n,
        min(answered_there) AS first,
        max(answered_there) AS last,
        count(*) - count(answered_at) AS undated
    FROM selected
    GROUP BY score
)
