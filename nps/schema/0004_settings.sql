-- What was decided about the settings, for good: of the rows of one name the one with the highest number counts.
CREATE TABLE settings (
    number     BIGINT,         -- 1, 2, 3 ... in the order of the changes
    name       VARCHAR,        -- a field of nps/settings.py
    value      VARCHAR,        -- JSON
    decided_at TIMESTAMP,
    decided_by VARCHAR
);
