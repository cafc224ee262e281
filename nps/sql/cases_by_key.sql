-- How the cases of some responses stand, in no order; one without an event is not there.
SELECT
    response_key, state, contacted_at, contacted_by, owner, version, note, attempts, waiting_on,
    snoozed_until, snooze_reason, promise_due, outcome, root_cause, resolution, duplicate_of
FROM cases
WHERE response_key IN (SELECT unnest($response_keys))
