-- rows = accepted + blank + duplicate + changed + rejected. Changed: rows of a known id with another answer, applied
-- or not.
ALTER TABLE imports ADD COLUMN changed BIGINT DEFAULT 0;
ALTER TABLE imports ADD COLUMN sha256 VARCHAR;         -- of the file's bytes
ALTER TABLE imports ADD COLUMN read_as VARCHAR;        -- a hash of all else that decides what the file says

-- What a file says otherwise about a response that was there before: one row for each cell, kept for good.
CREATE TABLE changes (
    import_id    VARCHAR,      -- whose file says so
    line         BIGINT,
    response_key VARCHAR,
    brought_by   VARCHAR,      -- the import that brought the response: taken back and brought again it is another one
    response_id  VARCHAR,
    column_name  VARCHAR,      -- in responses
    header       VARCHAR,      -- in the file
    before       VARCHAR,
    after        VARCHAR,
    number       BIGINT,       -- the order in which changes were applied; null: not applied
    applied_at   TIMESTAMP,
    applied_by   VARCHAR
);

-- The ids of a survey that a file lacked which else looked like a full export of it.
CREATE TABLE vanished (
    import_id    VARCHAR,
    response_id  VARCHAR
);

-- A response keeps its key when a blank is answered. Where both the blank and its answer are in, both keep theirs.
UPDATE responses SET response_key = left(response_key, -6)
WHERE response_id IS NOT NULL AND score IS NULL AND response_key LIKE 'id % blank'
    AND left(response_key, -6) NOT IN (SELECT response_key FROM responses WHERE response_key IS NOT NULL);
