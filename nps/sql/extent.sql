-- How many responses there are at all, from when to when, and when the last import went in.
SELECT
    count(*) FILTER (WHERE metric = 'nps'),
    min(answered_there) FILTER (WHERE metric = 'nps'),
    max(answered_there) FILTER (WHERE metric = 'nps'),
    (SELECT max(imported_at) FROM imports WHERE undone_at IS NULL),
    (SELECT coalesce(bool_or(sample), false) FROM imports WHERE undone_at IS NULL)
FROM dated
