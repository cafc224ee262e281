-- A page of the follow-ups and how many there are in all: the worst first, then who waits longest.
-- Sorting and counting read a few narrow columns; the wide ones are read for the page alone.
FROM (
    WITH found AS NOT MATERIALIZED (
        SELECT place, score, waiting_since, response_key
        FROM selected
        WHERE ($states IS NULL OR list_contains($states, state))
          AND ($owner IS NULL OR coalesce(owner, '') = $owner)
          AND score BETWEEN $lowest AND $highest
          AND ($text IS NULL OR contains(lower(concat_ws(chr(10), comment, name, email, account)), lower($text)))
    )
    SELECT
        response_key, score, answered_at, comment, name, email, account, survey, segment_values,
        state, contacted_at, contacted_by, owner, version, note, waiting_since, due_at, born_overdue,
        (SELECT count(*) FROM found)
    FROM listed
    WHERE place IN (
        SELECT place FROM found ORDER BY score, waiting_since, response_key LIMIT $limit OFFSET $offset
    )
)
ORDER BY score, waiting_since, response_key
