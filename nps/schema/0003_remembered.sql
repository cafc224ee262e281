-- Mappings that a person corrected; the header's fingerprint is what the next file is known by.
CREATE TABLE mappings (
    fingerprint VARCHAR,
    name        VARCHAR,       -- given by a person, at first the file's
    header      VARCHAR[],
    mapping     VARCHAR,       -- JSON
    file        VARCHAR,       -- the file it was corrected for
    kept_at     TIMESTAMP,
    kept_by     VARCHAR
);

ALTER TABLE imports ADD COLUMN header VARCHAR[];   -- the names over the cells of its rejected rows
ALTER TABLE imports ADD COLUMN warnings VARCHAR;   -- what looked wrong and was imported all the same, one a line
