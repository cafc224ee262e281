-- Selections that somebody gave a name; of the rows of one the one with the highest number counts.
CREATE TABLE kept (
    number  BIGINT,         -- 1, 2, 3 ... in the order of the changes
    kept_id INTEGER,
    name    VARCHAR,
    query   VARCHAR,        -- JSON of an address's query; null: deleted
    kept_at TIMESTAMP,
    kept_by VARCHAR
);
