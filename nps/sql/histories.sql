-- All that happened to the cases of a band, in order: append-only, with what was undone.
SELECT
    case_events.response_key, case_events.version, case_events.happened_at, case_events.who, case_events.kind,
    case_events.value, case_events.details, case_events.event_id, selected.score, selected.name, selected.email,
    selected.account
FROM case_events
JOIN selected USING (response_key)
WHERE CASE $band WHEN 'detractor' THEN detractor WHEN 'passive' THEN passive ELSE promoter END
ORDER BY case_events.happened_at, case_events.response_key, case_events.version
LIMIT $limit
