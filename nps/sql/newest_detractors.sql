-- The detractors who answered last.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    state, contacted_at, contacted_by
FROM selected
ORDER BY answered_at DESC NULLS LAST, response_key
LIMIT $limit
