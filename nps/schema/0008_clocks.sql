-- Working time, made of the settings. A row holds for moments after from_at, until_at included; days without a row have
-- no working time.
CREATE TABLE working_time (
    day               DATE,       -- in UTC; a row lies within one
    from_at           TIMESTAMP,
    until_at          TIMESTAMP,
    working           BOOLEAN,    -- whether work goes on in it
    worked            BIGINT,     -- microseconds of working time before it
    urgent_due_at     TIMESTAMP,  -- when that is due what comes in as it begins; while work goes on, later by as much
    passive_due_at    TIMESTAMP,  -- when that is due what comes in within it
    resolution_due_at TIMESTAMP
);

-- The settings that it was made for; one row.
CREATE TABLE clock_rules (
    first_contact     INTEGER[],  -- hours by score, from 0
    urgent_contact    INTEGER,    -- business hours
    high_revenue      DOUBLE,
    renewal_days      INTEGER,
    passives_contact  INTEGER,    -- business days
    promoters_contact INTEGER,    -- days
    resolution        INTEGER,    -- business days
    made_for          VARCHAR
);
INSERT INTO clock_rules VALUES ([24, 24, 24, 24, 48, 48, 48], 8, NULL, 90, 5, 7, 10, NULL);
