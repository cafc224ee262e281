-- Responses as the pages show them.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    CASE WHEN detractor AND metric = 'nps' THEN coalesce(cases.state, 'open') END, contacted_at, contacted_by
FROM listed
LEFT JOIN cases USING (response_key)
WHERE response_key IN (SELECT unnest($keys))
