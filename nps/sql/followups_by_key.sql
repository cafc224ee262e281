-- The follow-ups of some responses, in no order.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    state, contacted_at, contacted_by, owner, version, note, waiting_since, due_at, born_overdue
FROM listed
WHERE response_key IN (SELECT unnest($response_keys))
