-- What else belongs to an event, and which events one act left on several cases.
ALTER TABLE case_events ADD COLUMN details VARCHAR;    -- JSON
ALTER TABLE case_events ADD COLUMN act_id VARCHAR;

-- More of what the events add up to.
ALTER TABLE cases ADD COLUMN first_contact_at TIMESTAMP;
ALTER TABLE cases ADD COLUMN state_since TIMESTAMP;
ALTER TABLE cases ADD COLUMN attempts INTEGER;
ALTER TABLE cases ADD COLUMN waiting_on VARCHAR;       -- customer or us
ALTER TABLE cases ADD COLUMN snoozed_until DATE;
ALTER TABLE cases ADD COLUMN snooze_reason VARCHAR;
ALTER TABLE cases ADD COLUMN outcome VARCHAR;
ALTER TABLE cases ADD COLUMN root_cause VARCHAR;
ALTER TABLE cases ADD COLUMN resolution VARCHAR;
ALTER TABLE cases ADD COLUMN duplicate_of VARCHAR;
ALTER TABLE cases ADD COLUMN promise_due DATE;         -- of those not settled, the first
ALTER TABLE cases ADD COLUMN promises_kept INTEGER;
ALTER TABLE cases ADD COLUMN promises_broken INTEGER;

UPDATE cases SET
    first_contact_at = (
        SELECT min(happened_at) FROM case_events AS contact
        WHERE contact.response_key = cases.response_key
          AND (kind = 'contacted' OR kind = 'moved' AND value = 'contacted')
          AND event_id NOT IN (SELECT value FROM case_events WHERE kind = 'undone')
    ),
    -- The newest event of any kind is the latest that the state can have come from.
    state_since = changed_at,
    attempts = (contacted_at IS NOT NULL)::INTEGER,
    promises_kept = 0,
    promises_broken = 0;
