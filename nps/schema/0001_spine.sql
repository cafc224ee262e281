-- No keys, constraints or indexes: identity is a key that the writing transaction checks (see docs/architecture.md).
CREATE TABLE responses (
    response_key VARCHAR,      -- made of the vendor's id, or a hash of the row's content, within the survey
    response_id  VARCHAR,      -- the vendor's id, where the file has one
    import_id    VARCHAR,
    survey       VARCHAR,
    metric       VARCHAR,      -- nps, csat or ces
    answered_at  TIMESTAMP,    -- UTC; null where the file has no date
    score        UTINYINT,     -- null: sent, not answered
    comment      VARCHAR,
    customer     VARCHAR,
    name         VARCHAR,
    email        VARCHAR,
    account      VARCHAR,
    person_id    UBIGINT,      -- who has one vote as a person: a number, since grouping by text is several times slower
    account_id   UBIGINT       -- the same for an account
);

CREATE TABLE segments (
    label       VARCHAR,       -- the header as people know it
    column_name VARCHAR,       -- its column in responses
    kind        VARCHAR,       -- choice, number or date; only choices are offered as filters
    position    INTEGER
);

CREATE TABLE imports (
    import_id   VARCHAR,
    file        VARCHAR,
    survey      VARCHAR,
    metric      VARCHAR,
    imported_at TIMESTAMP,
    imported_by VARCHAR,
    rows        BIGINT,        -- = accepted + blank + duplicate + rejected
    accepted    BIGINT,
    blank       BIGINT,
    duplicate   BIGINT,
    rejected    BIGINT,
    mapping     VARCHAR,       -- JSON
    remarks     VARCHAR,       -- one a line
    sample      BOOLEAN,
    undone_at   TIMESTAMP,
    undone_by   VARCHAR
);

CREATE TABLE rejects (
    import_id   VARCHAR,
    line        BIGINT,
    column_name VARCHAR,
    value       VARCHAR,
    reason      VARCHAR,
    cells       VARCHAR[]
);

CREATE TABLE case_events (
    event_id     VARCHAR,
    response_key VARCHAR,
    version      INTEGER,      -- 1, 2, 3 ... within the case
    happened_at  TIMESTAMP,
    who          VARCHAR,
    kind         VARCHAR,      -- contacted, note, assigned, moved, undone
    value        VARCHAR       -- the note, the new owner, the new state, or the event that is undone
);

-- What the events add up to; can be rebuilt from them at any time.
CREATE TABLE cases (
    response_key VARCHAR,
    version      INTEGER,
    state        VARCHAR,
    owner        VARCHAR,
    contacted_at TIMESTAMP,
    contacted_by VARCHAR,
    note         VARCHAR,
    changed_at   TIMESTAMP
);

-- Which name goes with which browser (a hash of its cookie), until there is a sign-in.
CREATE TABLE visitors (
    browser VARCHAR,
    name    VARCHAR
);
