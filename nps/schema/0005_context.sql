-- What is known of customers beside their answers. One row for each file that was brought in, and for each row of it.
CREATE TABLE contexts (
    context_id VARCHAR,
    file       VARCHAR,
    kind       VARCHAR,        -- person, account, ticket, comment, tag, conversation, note, goal, article, usage, support
    source     VARCHAR,        -- zendesk, hubspot, salesforce, intercom; '' where no vendor was recognised
    why        VARCHAR,        -- what the file was taken for, and by what
    brought_at TIMESTAMP,
    brought_by VARCHAR,
    rows       BIGINT,
    undone_at  TIMESTAMP,
    undone_by  VARCHAR
);
CREATE TABLE context_rows (
    context_id  VARCHAR,
    line        BIGINT,
    kind        VARCHAR,
    source      VARCHAR,
    id          VARCHAR,       -- of the person, account, ticket ... where it comes from
    person_ref  VARCHAR,       -- the id of a person, an account or a ticket in another file of the same source
    account_ref VARCHAR,
    ticket_ref  VARCHAR,
    email       VARCHAR,       -- lower case
    customer    VARCHAR,       -- the id by which surveys may know the person
    account     VARCHAR,       -- its name, or an id that surveys may use
    domain      VARCHAR,       -- lower case, without www
    name        VARCHAR,
    phone       VARCHAR,
    role        VARCHAR,
    opted_out   BOOLEAN,
    revenue     DOUBLE,
    renewal_on  DATE,
    owner       VARCHAR,
    happened_at TIMESTAMP,     -- UTC
    updated_at  TIMESTAMP,
    title       VARCHAR,
    text        VARCHAR,
    status      VARCHAR,
    who         VARCHAR,
    facts       VARCHAR,       -- JSON: all other filled cells by their header
    fault       VARCHAR        -- why nothing can be read from the row
);

-- What the rows of the standing files add up to, and to whom each leads; rebuilt by nps/context/linking.py.
CREATE TABLE people (
    person_key  VARCHAR,
    name        VARCHAR,
    email       VARCHAR,
    phone       VARCHAR,
    role        VARCHAR,
    opted_out   BOOLEAN,
    account_key VARCHAR,
    facts       VARCHAR
);
CREATE TABLE accounts (
    account_key VARCHAR,
    account     VARCHAR,
    domain      VARCHAR,
    revenue     DOUBLE,
    renewal_on  DATE,
    owner       VARCHAR,
    facts       VARCHAR
);
CREATE TABLE interactions (
    context_id  VARCHAR,
    line        BIGINT,
    kind        VARCHAR,
    source      VARCHAR,
    id          VARCHAR,
    ticket_ref  VARCHAR,
    person_key  VARCHAR,
    account_key VARCHAR,
    happened_at TIMESTAMP,
    title       VARCHAR,
    text        VARCHAR,
    status      VARCHAR,
    who         VARCHAR,
    tags        VARCHAR,
    facts       VARCHAR
);
CREATE TABLE context_leads (
    context_id  VARCHAR,
    line        BIGINT,
    person_key  VARCHAR,
    account_key VARCHAR,
    missing     VARCHAR        -- the id it refers to, where no file has that
);
-- The numbers that responses carry; at most one row for each.
CREATE TABLE person_links (
    person_id  UBIGINT,
    person_key VARCHAR,
    answered   BOOLEAN         -- whether a response carries it
);
CREATE TABLE account_links (
    account_id  UBIGINT,
    account_key VARCHAR,
    answered    BOOLEAN
);
