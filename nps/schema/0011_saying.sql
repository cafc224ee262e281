-- Every version of a text that somebody saved; the newest counts.
CREATE TABLE sayings (
    kind     VARCHAR,          -- template, play or thank-you
    name     VARCHAR,
    version  INTEGER,          -- 1, 2, 3 ... within the name; 0 is the default in data/
    content  VARCHAR,          -- JSON; null: the default again
    saved_at TIMESTAMP,
    saved_by VARCHAR
);

-- Who wants no mail, and who wants it again: of the rows of one address the newest counts.
CREATE TABLE opt_outs (
    address   VARCHAR,         -- lower case
    opted_out BOOLEAN,
    told_at   TIMESTAMP,
    told_by   VARCHAR,
    number    BIGINT           -- 1, 2, 3 ... in the order they were written
);

-- How an agent signs; the newest row of a name counts.
CREATE TABLE writers (
    name        VARCHAR,
    address     VARCHAR,       -- where answers go; '': to the sender's
    direct_line VARCHAR,
    written_at  TIMESTAMP
);

-- Every mail that was to be sent. One key is one mail, and is on the wire at most once.
CREATE TABLE outbox (
    mail_key     VARCHAR,      -- made of case, template and version
    response_key VARCHAR,
    person_id    UBIGINT,
    template     VARCHAR,
    version      INTEGER,
    ask          VARCHAR,      -- the favour it asks for: story, reference, review, or ''
    bulk         BOOLEAN,      -- by itself, not by an agent
    recipient    VARCHAR,
    subject      VARCHAR,
    body         VARCHAR,
    sender_name  VARCHAR,
    reply_to     VARCHAR,
    state        VARCHAR,      -- queued, sending, sent, failed, unknown
    attempts     INTEGER,
    said         VARCHAR,      -- by the mail server, or why it was not sent
    queued_at    TIMESTAMP,
    queued_by    VARCHAR,
    next_try_at  TIMESTAMP,
    claimed_at   TIMESTAMP,
    settled_at   TIMESTAMP
);
