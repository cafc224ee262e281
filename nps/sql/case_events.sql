-- All that happened to one case, in order.
SELECT event_id, response_key, version, happened_at, who, kind, value, details, act_id
FROM case_events
WHERE response_key = $response_key
ORDER BY version
