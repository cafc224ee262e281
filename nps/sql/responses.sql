-- A page of the selected responses: the unhappiest first, the newest of equals first.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    CASE WHEN detractor THEN coalesce(cases.state, 'open') END, contacted_at, contacted_by
FROM selected
LEFT JOIN cases USING (response_key)
ORDER BY score NULLS LAST, answered_at DESC NULLS LAST, response_key
LIMIT $limit OFFSET $offset
