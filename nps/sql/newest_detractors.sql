-- The detractors who answered last; the wide columns are read for these few alone.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    coalesce(cases.state, 'open'), contacted_at, contacted_by
FROM listed
LEFT JOIN cases USING (response_key)
WHERE place IN (
    SELECT place FROM selected WHERE detractor
    ORDER BY answered_at DESC NULLS LAST, response_key
    LIMIT $limit
)
ORDER BY answered_at DESC NULLS LAST, response_key
