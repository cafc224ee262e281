-- Who gets which case, as decided, for good: the row with the highest number counts.
CREATE TABLE assignment_rules (
    number     BIGINT,
    rules      VARCHAR,        -- JSON of nps/team/rules.py
    decided_at TIMESTAMP,
    decided_by VARCHAR
);
