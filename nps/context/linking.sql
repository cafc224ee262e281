-- From the rows of the standing files to people, accounts and what happened, and to the numbers that responses carry.
-- A key is made of what is best known: "mail ada@acme.com", "name acme", "id zendesk 42".
CREATE OR REPLACE MACRO address(email) AS CASE WHEN contains(email, '@') THEN email END;

CREATE OR REPLACE TEMP TABLE standing AS
SELECT context_rows.*, row_number() OVER (ORDER BY turn, line) AS place
FROM context_rows
JOIN (
    SELECT context_id, row_number() OVER (ORDER BY brought_at, context_id) AS turn
    FROM contexts WHERE undone_at IS NULL
) USING (context_id)
WHERE fault IS NULL;

-- The newest version of each thing. Without an id, figures are one for each customer, the rest is told by its content.
CREATE OR REPLACE TEMP TABLE newest AS
SELECT * FROM standing
QUALIFY row_number() OVER (
    PARTITION BY kind, source, coalesce(id, CASE WHEN kind IN ('usage', 'support')
        THEN md5(to_json([email, customer, account, domain]))
        ELSE md5(to_json([email, customer, account, domain, person_ref, ticket_ref, title, text, status, name,
            happened_at::VARCHAR, revenue::VARCHAR, renewal_on::VARCHAR, facts])) END)
    ORDER BY coalesce(updated_at, TIMESTAMP '1900-01-01') DESC, place DESC
) = 1;

-- Accounts that different tools call the same are one, unless one tool has several of that name.
CREATE OR REPLACE TEMP TABLE account_rows AS
SELECT *, CASE WHEN account IS NOT NULL AND max(namesakes) OVER (PARTITION BY lower(account)) = 1
    THEN 'name ' || lower(account) ELSE concat_ws(' ', 'id', source, id) END AS account_key
FROM (
    SELECT *, count(*) OVER (PARTITION BY source, lower(account)) AS namesakes
    FROM newest WHERE kind = 'account' AND id IS NOT NULL
);
CREATE OR REPLACE TEMP TABLE account_ids AS
SELECT source, id AS called, account_key, 0 AS rank, place FROM account_rows
UNION ALL
SELECT source, customer, account_key, 1, place FROM account_rows WHERE customer IS NOT NULL;
CREATE OR REPLACE TEMP TABLE account_by_id AS
SELECT called, account_key FROM account_ids
QUALIFY row_number() OVER (PARTITION BY called ORDER BY rank, place DESC) = 1;
CREATE OR REPLACE TEMP TABLE account_by_source AS
SELECT source, called, account_key FROM account_ids
QUALIFY row_number() OVER (PARTITION BY source, called ORDER BY rank, place DESC) = 1;

INSERT INTO account_rows
SELECT newest.*, NULL, coalesce(by_id.account_key, 'name ' || lower(account), 'domain ' || domain)
FROM newest LEFT JOIN account_by_id AS by_id ON by_id.called = account
WHERE kind = 'account' AND id IS NULL AND coalesce(account, domain) IS NOT NULL;
CREATE OR REPLACE TEMP TABLE account_by_name AS
SELECT lower(account) AS called, account_key FROM account_rows WHERE account IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY lower(account) ORDER BY place DESC) = 1;
CREATE OR REPLACE TEMP TABLE account_by_domain AS
SELECT domain AS called, min(account_key) AS account_key
FROM account_rows
WHERE domain IS NOT NULL AND domain NOT IN (SELECT domain FROM public_mail)
GROUP BY domain
HAVING count(DISTINCT account_key) = 1;

CREATE OR REPLACE TEMP TABLE person_rows AS
SELECT *, 'mail ' || email AS person_key FROM newest WHERE kind = 'person' AND contains(email, '@');
CREATE OR REPLACE TEMP TABLE person_ids AS
SELECT source, id AS called, person_key, 1 AS rank, place FROM person_rows WHERE id IS NOT NULL
UNION ALL
SELECT source, customer, person_key, 0, place FROM person_rows WHERE customer IS NOT NULL;
CREATE OR REPLACE TEMP TABLE person_by_id AS
SELECT called, person_key FROM person_ids
QUALIFY row_number() OVER (PARTITION BY called ORDER BY rank, place DESC) = 1;

INSERT INTO person_rows
SELECT newest.*, coalesce(by_id.person_key, concat_ws(' ', 'id', source, coalesce(id, customer, email)))
FROM newest LEFT JOIN person_by_id AS by_id ON by_id.called = customer
WHERE kind = 'person' AND NOT coalesce(contains(email, '@'), false) AND coalesce(id, customer, email) IS NOT NULL;
CREATE OR REPLACE TEMP TABLE person_ids AS
SELECT source, called, person_key, rank, place
FROM (
    SELECT source, person_key, place, unnest([id, customer, CASE WHEN NOT contains(email, '@') THEN email END]) AS called,
        unnest([1, 0, 0]) AS rank
    FROM person_rows
)
WHERE called IS NOT NULL;
CREATE OR REPLACE TEMP TABLE person_by_id AS
SELECT called, person_key FROM person_ids
QUALIFY row_number() OVER (PARTITION BY called ORDER BY rank, place DESC) = 1;
CREATE OR REPLACE TEMP TABLE person_by_source AS
SELECT source, called, person_key FROM person_ids
QUALIFY row_number() OVER (PARTITION BY source, called ORDER BY rank DESC, place DESC) = 1;

-- Whose each row is, versions that were replaced included. What no file explains is a key of its own.
CREATE OR REPLACE TEMP TABLE whose AS
SELECT place, context_id, line, kind, row.source, id, ticket_ref,
    coalesce('mail ' || address(row.email), person_by_source.person_key, by_customer.person_key, by_mail.person_key,
        by_ref.person_key, 'id ' || row.source || ' ' || coalesce(own_person, row.customer, row.email)) AS person_key,
    coalesce(account_by_source.account_key, by_account_ref.account_key, by_account.account_key,
        account_by_name.account_key, account_by_domain.account_key,
        'name ' || lower(account), 'id ' || row.source || ' ' || own_account, 'domain ' || domain) AS account_key,
    coalesce(
        CASE WHEN kind <> 'person' AND address(email) IS NULL
            AND coalesce(person_by_source.person_key, by_ref.person_key) IS NULL THEN person_ref END,
        CASE WHEN coalesce(own_person, row.customer, row.email) IS NULL AND kind <> 'account'
            AND coalesce(account_by_source.account_key, by_account_ref.account_key) IS NULL THEN account_ref END
    ) AS missing
FROM (
    SELECT *, CASE kind WHEN 'person' THEN id ELSE person_ref END AS own_person,
        CASE kind WHEN 'account' THEN NULL ELSE customer END AS own_customer,
        CASE kind WHEN 'account' THEN id ELSE account_ref END AS own_account,
    FROM standing
) AS row
LEFT JOIN person_by_source ON person_by_source.source = row.source AND person_by_source.called = own_person
LEFT JOIN person_by_id AS by_customer ON by_customer.called = own_customer
LEFT JOIN person_by_id AS by_mail ON by_mail.called = row.email
LEFT JOIN person_by_id AS by_ref ON by_ref.called = own_person
LEFT JOIN account_by_source ON account_by_source.source = row.source AND account_by_source.called = own_account
LEFT JOIN account_by_id AS by_account_ref ON by_account_ref.called = own_account
LEFT JOIN account_by_id AS by_account ON by_account.called = row.account
LEFT JOIN account_by_name ON account_by_name.called = lower(row.account)
LEFT JOIN account_by_domain ON account_by_domain.called = row.domain;

UPDATE whose SET person_key = NULL WHERE kind = 'account';
-- A person of no account who has a revenue or a renewal is one.
CREATE OR REPLACE TEMP TABLE deals AS
SELECT place FROM standing WHERE kind = 'person' AND coalesce(revenue::VARCHAR, renewal_on::VARCHAR, owner) IS NOT NULL;
UPDATE whose SET account_key = person_key
WHERE account_key IS NULL AND place IN (SELECT place FROM deals);

DELETE FROM context_leads;
INSERT INTO context_leads
SELECT whose.context_id, whose.line,
    coalesce(ticket.person_key, whose.person_key), coalesce(ticket.account_key, whose.account_key),
    CASE WHEN whose.ticket_ref IS NOT NULL AND ticket.place IS NULL THEN whose.ticket_ref
        WHEN whose.ticket_ref IS NULL THEN whose.missing ELSE ticket.missing END
FROM whose
LEFT JOIN (SELECT whose.* FROM whose SEMI JOIN newest USING (place) WHERE kind = 'ticket') AS ticket
    ON ticket.source = whose.source AND ticket.id = whose.ticket_ref;

DELETE FROM people;
INSERT INTO people
SELECT person_key, arg_max(name, place), any_value(CASE WHEN person_key LIKE 'mail %' THEN person_key[6:] END),
    arg_max(phone, place), arg_max(role, place), arg_max(opted_out, place), arg_max(account_key, place),
    '[' || string_agg(facts, ', ' ORDER BY place) || ']'
FROM newest
JOIN (SELECT place, person_key, account_key FROM whose) USING (place)
WHERE kind = 'person' AND person_key IS NOT NULL
GROUP BY person_key;
INSERT INTO people (person_key, email)
SELECT DISTINCT person_key, person_key[6:] FROM context_leads
WHERE person_key LIKE 'mail %' AND person_key NOT IN (SELECT person_key FROM people);

DELETE FROM accounts;
INSERT INTO accounts
SELECT account_key, coalesce(arg_max(account, place), arg_max(id, place), any_value(domain)), arg_max(domain, place),
    arg_max(revenue, place), arg_max(renewal_on, place), arg_max(owner, place),
    '[' || string_agg(facts, ', ' ORDER BY place) || ']'
FROM (
    SELECT account_key, account, id, domain, revenue, renewal_on, owner, facts, place FROM account_rows
    UNION ALL
    SELECT whose.account_key, account, NULL, NULL, revenue, renewal_on, owner, NULL, place
    FROM newest SEMI JOIN deals USING (place) JOIN (SELECT place, account_key FROM whose) AS whose USING (place)
    WHERE whose.account_key IS NOT NULL
)
GROUP BY account_key;
INSERT INTO accounts (account_key, account)
SELECT account_key, any_value(coalesce(account, domain))
FROM standing JOIN (SELECT place, account_key FROM whose) USING (place)
WHERE account_key IS NOT NULL AND account_key NOT IN (SELECT account_key FROM accounts)
GROUP BY account_key;

DELETE FROM interactions;
INSERT INTO interactions
SELECT newest.context_id, newest.line, kind, source, id, ticket_ref, person_key,
    coalesce(context_leads.account_key, people.account_key), happened_at, title, text, status,
    coalesce(who, CASE WHEN kind = 'comment' THEN author.name END), tags, newest.facts
FROM newest
JOIN context_leads ON context_leads.context_id = newest.context_id AND context_leads.line = newest.line
LEFT JOIN people USING (person_key)
LEFT JOIN (SELECT source, id AS person_ref, name FROM person_rows WHERE id IS NOT NULL) AS author
    USING (source, person_ref)
LEFT JOIN (
    SELECT 'ticket' AS kind, source, ticket_ref AS id, string_agg(DISTINCT title, ', ' ORDER BY title) AS tags
    FROM standing WHERE kind = 'tag' GROUP BY ALL
) AS tagged USING (kind, source, id)
WHERE kind NOT IN ('person', 'account', 'tag');

-- By what responses may call them.
DELETE FROM person_calls;
INSERT INTO person_calls
SELECT called, person_key, rank, place FROM person_ids
UNION
SELECT coalesce(person_ref, customer, email) AS called, person_key, 2, 0
FROM standing JOIN (SELECT place, person_key FROM whose) USING (place)
WHERE person_key LIKE 'id %' AND called IS NOT NULL;

DELETE FROM account_calls;
INSERT INTO account_calls
SELECT 'id', called, account_key FROM account_by_id
UNION ALL
SELECT 'id', account_ref, min(account_key)
FROM standing JOIN (SELECT place, account_key FROM whose) USING (place)
WHERE account_ref NOT IN (SELECT called FROM account_by_id) GROUP BY account_ref
UNION ALL
SELECT 'name', called, account_key FROM account_by_name
UNION ALL
SELECT 'name', lower(account), min(account_key) FROM accounts
WHERE lower(account) NOT IN (SELECT called FROM account_by_name) GROUP BY ALL
UNION ALL
SELECT 'domain', called, account_key FROM account_by_domain;
