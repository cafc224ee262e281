-- Groups kept under watch: one row for each thing that somebody did. A row that ends a watch, or takes that back, names
-- the watch by the number of its first row, and has nothing else.
CREATE TABLE watched (
    number           BIGINT,       -- 1, 2, 3 ... in the order in which they were written
    action           VARCHAR,      -- keep, end, back
    watch            BIGINT,       -- the number of the row that kept the group; its own for that one
    direction        VARCHAR,      -- low, high
    segments         VARCHAR,      -- JSON: pairs of a column and a value
    start_day        DATE,         -- of the selection in which it was found, the end not included; null: open
    end_day          DATE,
    survey           VARCHAR,
    unit             VARCHAR,
    filters          VARCHAR,      -- JSON: pairs of a column and its values
    promoters        BIGINT,       -- of the group in that selection when it was kept, and of the rest of it
    passives         BIGINT,
    detractors       BIGINT,
    rest_promoters   BIGINT,
    rest_passives    BIGINT,
    rest_detractors  BIGINT,
    owner            VARCHAR,
    note             VARCHAR,
    done_at          TIMESTAMP,
    done_by          VARCHAR
);
