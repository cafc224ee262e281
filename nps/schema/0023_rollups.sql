-- How many responses there are of each day, score and value, kept by every write that changes them (nps/rollups.py).
-- Rows are only ever appended and add up: what leaves is counted with a minus.
CREATE TABLE rollups (
    names   VARCHAR,    -- the columns of the segments whose values it tells apart, with spaces between; '' for none
    metric  VARCHAR,
    survey  VARCHAR,
    day     DATE,       -- of the zone; null where the answer has no date
    score   UTINYINT,
    value_1 VARCHAR,    -- of the first of the columns; null where none is given, or there is no such column
    value_2 VARCHAR,
    value_3 VARCHAR,
    value_4 VARCHAR,
    n       BIGINT
);

-- Which columns, or combinations of them, are counted by.
CREATE TABLE rolled (
    number INTEGER,     -- the later, the higher
    names  VARCHAR,
    few    BOOLEAN      -- false: it has so many values that its counts are not kept
);

-- One row where counts are kept; none where they are still to be made.
CREATE TABLE rollups_made (
    zone VARCHAR,       -- whose days they are
    size BIGINT         -- how many rows there were when they were last added up
);
