-- Counts of the selection, and from when to when its answers are.
SELECT
    count(*) FILTER (WHERE promoter),
    count(*) FILTER (WHERE passive),
    count(*) FILTER (WHERE detractor),
    count(*) FILTER (WHERE blank),
    min(answered_at),
    max(answered_at),
    count(*) FILTER (WHERE answered_at IS NULL)
FROM selected
