-- A page of the selected responses: the unhappiest first, the newest of equals first.
-- Sorting reads a few narrow columns; the wide ones are read for the page alone.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    CASE WHEN detractor AND metric = 'nps' THEN coalesce(cases.state, 'open') END, contacted_at, contacted_by
FROM listed
LEFT JOIN cases USING (response_key)
WHERE place IN (
    SELECT place FROM selected
    ORDER BY score NULLS LAST, answered_at DESC NULLS LAST, response_key
    LIMIT $limit OFFSET $offset
)
ORDER BY score NULLS LAST, answered_at DESC NULLS LAST, response_key
