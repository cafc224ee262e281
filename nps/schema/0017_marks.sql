-- What happened on a day: releases, price changes, outages. A row that takes back another one has neither day nor label.
CREATE TABLE marks (
    number     BIGINT,         -- 1, 2, 3 ... in the order in which they were written
    day        DATE,           -- in the reporting zone
    kind       VARCHAR,
    label      VARCHAR,
    takes_back BIGINT,         -- the number of the row that counts no more
    said_at    TIMESTAMP,
    said_by    VARCHAR
);
