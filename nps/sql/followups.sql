-- A page of the follow-ups and how many there are in all: the worst first, then who waits longest.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    state, contacted_at, contacted_by, owner, version, note, waiting_since, due_at, born_overdue,
    count(*) OVER ()
FROM selected
WHERE ($states IS NULL OR list_contains($states, state))
  AND ($owner IS NULL OR coalesce(owner, '') = $owner)
  AND score BETWEEN $lowest AND $highest
  AND ($text IS NULL OR contains(lower(concat_ws(' ', comment, name, email, account)), lower($text)))
ORDER BY score, waiting_since, response_key
LIMIT $limit OFFSET $offset
