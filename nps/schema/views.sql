-- Made anew, after bands.sql, whenever responses gains a column.

-- Bands of rows that were counted per score before: judging a dozen counts is several times faster than every row.
CREATE OR REPLACE MACRO promoters(score, n) AS coalesce(sum(n) FILTER (WHERE is_promoter(score)), 0)::BIGINT;
CREATE OR REPLACE MACRO passives(score, n) AS coalesce(sum(n) FILTER (WHERE is_passive(score)), 0)::BIGINT;
CREATE OR REPLACE MACRO detractors(score, n) AS coalesce(sum(n) FILTER (WHERE is_detractor(score)), 0)::BIGINT;
CREATE OR REPLACE MACRO blanks(score, n) AS coalesce(sum(n) FILTER (WHERE score IS NULL), 0)::BIGINT;

CREATE OR REPLACE VIEW answers AS
SELECT
    responses.rowid AS place,
    responses.*,
    is_promoter(score) AS promoter,
    is_passive(score) AS passive,
    is_detractor(score) AS detractor,
    score IS NULL AS blank,
    score >= satisfied_from(metric) AS satisfied
FROM responses;

-- Who has one vote. Somebody who cannot be told from others is a voter of their own.
CREATE OR REPLACE MACRO person_id(email, customer, response_key) AS
    md5_number_lower(coalesce(email, customer, response_key));
CREATE OR REPLACE MACRO account_id(account, email, customer, response_key) AS
    md5_number_lower(coalesce(account, email, customer, response_key));

-- The place of the latest of some answers, those of one second in the order in which they came. Both numbers in one
-- are several times faster to compare than a pair; 32 bits hold the seconds from 1901 to 2106, what lies outside counts
-- as the first or last of them.
CREATE OR REPLACE MACRO seconds_since_1901(answered_at) AS
    greatest(least(coalesce(epoch(answered_at), -2147483648)::BIGINT + 2147483648, 4294967295), 0)::UBIGINT;
CREATE OR REPLACE MACRO latest(answered_at, place) AS
    (max((seconds_since_1901(answered_at) << 32) | place::UBIGINT) & 4294967295)::BIGINT;

-- What customers' context tells of the people and accounts of the responses: at most one row for each number, none
-- without context. Several numbers may be one account, which account_key tells.
CREATE OR REPLACE VIEW known_accounts AS
SELECT account_id, account, revenue, renewal_on, owner, account_key
FROM account_links
JOIN accounts USING (account_key);

CREATE OR REPLACE VIEW known_people AS
SELECT person_id, account_id, name, email, phone, role, opted_out, person_key
FROM person_links
JOIN people USING (person_key)
LEFT JOIN (SELECT account_key, min(account_id) AS account_id FROM account_links GROUP BY account_key)
    USING (account_key);

-- The follow-up of each detractor. Without an event a case is open; without a date its clock starts at the import.
CREATE OR REPLACE VIEW followups AS
SELECT
    answers.*,
    coalesce(cases.state, 'open') AS state,
    coalesce(cases.version, 0) AS version,
    cases.owner,
    cases.contacted_at,
    cases.contacted_by,
    cases.note,
    coalesce(answered_at, imported_at) AS waiting_since,
    known.revenue,
    known.renewal_on,
    is_urgent(waiting_since, known.revenue, known.renewal_on, high_revenue, renewal_days) AS urgent,
    CASE
        WHEN detractor AND urgent THEN least(
            waiting_since + to_hours(clock_rules.first_contact[score + 1]),
            due_in_working_hours(waiting_since, from_at, working, urgent_due_at)
        )
        WHEN detractor THEN waiting_since + to_hours(clock_rules.first_contact[score + 1])
        WHEN passive THEN due_in_working_days(waiting_since, passive_due_at, passives_contact)
        ELSE waiting_since + to_days(promoters_contact)
    END AS due_at,
    due_in_working_days(waiting_since, working_time.resolution_due_at, clock_rules.resolution) AS resolution_due_at,
    due_at < imported_at AS born_overdue
FROM answers
LEFT JOIN cases USING (response_key)
LEFT JOIN (SELECT import_id, imported_at FROM imports) USING (import_id)
LEFT JOIN (SELECT account_id, revenue, renewal_on FROM known_accounts) AS known USING (account_id)
CROSS JOIN clock_rules
LEFT JOIN working_time
    ON coalesce(answered_at, imported_at)::DATE = working_time.day
    AND coalesce(answered_at, imported_at) > from_at AND coalesce(answered_at, imported_at) <= until_at
WHERE metric = 'nps' AND detractor;
