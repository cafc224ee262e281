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

-- The number of a voter: that of md5_number_lower, which goes by way of text and takes three times as long.
CREATE OR REPLACE MACRO voter(name) AS (md5_number(name) >> 64)::UBIGINT;
-- Who has one vote. Somebody who cannot be told from others is a voter of their own.
CREATE OR REPLACE MACRO person_id(email, customer, response_key) AS voter(coalesce(email, customer, response_key));
CREATE OR REPLACE MACRO account_id(account, email, customer, response_key) AS
    voter(coalesce(account, email, customer, response_key));

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

-- The revenue that is neither high nor low among the known accounts; null without any.
CREATE OR REPLACE VIEW revenues AS
SELECT median(revenue) AS typical_revenue FROM known_accounts WHERE revenue > 0;

-- How urgent a follow-up is among those of its band: severity x revenue x renewal x recency, each 1 where nothing is
-- known but for severity. Half the weight of revenue is reached at `typical` revenue.
CREATE OR REPLACE MACRO severity(score) AS
    CASE WHEN is_detractor(score) THEN 7 - score WHEN is_passive(score) THEN 9 - score ELSE score - 8 END;
CREATE OR REPLACE MACRO revenue_weight(revenue, typical) AS
    coalesce(1 + greatest(revenue, 0) / nullif(greatest(revenue, 0) + typical, 0), 1);
CREATE OR REPLACE MACRO renewal_weight(renewal_on, today, days) AS
    CASE WHEN renewal_on BETWEEN today AND today + days THEN 2 - (renewal_on - today) / greatest(days, 1) ELSE 1 END;
CREATE OR REPLACE MACRO recency(waiting_day, today) AS
    1 / (1 + greatest(today - waiting_day, 0) / 30);

-- Which follow-ups are in a queue of the desk; it has no say in whether they are finished.
CREATE OR REPLACE MACRO in_queue(
    queue, owner, me, team, state, due_at, now, promise_due, snoozed_until, today, comment, email, phone, opted_out,
    resolution_due_at
) AS CASE queue
    WHEN 'all' THEN true
    WHEN 'mine' THEN owner = me
    WHEN 'team' THEN list_contains(team, owner)
    WHEN 'unassigned' THEN owner IS NULL
    WHEN 'overdue' THEN (state = 'open' AND due_at <= now) OR promise_due < today
    WHEN 'resolution' THEN state <> 'open' AND resolution_due_at <= now
    WHEN 'promises' THEN promise_due IS NOT NULL
    WHEN 'asleep' THEN snoozed_until > today
    WHEN 'silent' THEN comment IS NULL
    WHEN 'unreachable' THEN opted_out OR (email IS NULL AND phone IS NULL)
END;

-- Each scored response with what is known of its customer, and when its follow-up is due. Without a date its clock starts
-- at the import, with a day alone when that day began in the reporting zone.
CREATE OR REPLACE VIEW timed AS
SELECT
    answers.* EXCLUDE (account_id),
    coalesce(known_people.account_id, answers.account_id) AS account_id,
    coalesce(began_at, answered_at, imported_at) AS waiting_since,
    coalesce(answered_at, imported_at)::DATE AS waiting_day,
    known_people.phone,
    coalesce(known_people.opted_out, false) AS opted_out,
    known_accounts.revenue,
    known_accounts.renewal_on,
    known_accounts.owner AS account_owner,
    is_urgent(waiting_day, known_accounts.revenue, known_accounts.renewal_on, high_revenue, renewal_days) AS urgent,
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
LEFT JOIN (SELECT import_id, imported_at FROM imports) USING (import_id)
LEFT JOIN known_people USING (person_id)
LEFT JOIN known_accounts ON known_accounts.account_id = coalesce(known_people.account_id, answers.account_id)
CROSS JOIN clock_rules
LEFT JOIN (SELECT day AS answered_at, began_at FROM day_starts) USING (answered_at)
LEFT JOIN working_time
    ON coalesce(began_at, answered_at, imported_at)::DATE = working_time.day
    AND coalesce(began_at, answered_at, imported_at) > from_at
    AND coalesce(began_at, answered_at, imported_at) <= until_at
WHERE metric = 'nps' AND score IS NOT NULL;

-- The follow-up of each scored response. Without an event a case is open.
CREATE OR REPLACE VIEW followups AS
SELECT
    timed.*,
    coalesce(cases.state, 'open') AS state,
    coalesce(cases.version, 0) AS version,
    cases.owner,
    cases.contacted_at,
    cases.contacted_by,
    cases.note,
    cases.first_contact_at,
    cases.state_since,
    coalesce(cases.attempts, 0) AS attempts,
    cases.waiting_on,
    cases.snoozed_until,
    cases.snooze_reason,
    cases.outcome,
    cases.root_cause,
    cases.resolution,
    cases.duplicate_of,
    cases.promise_due,
    coalesce(cases.promises_kept, 0) AS promises_kept,
    coalesce(cases.promises_broken, 0) AS promises_broken
FROM timed
LEFT JOIN cases USING (response_key);

-- Whom one can contact: nobody who opted out, or left no address. Who was contacted could be.
CREATE OR REPLACE MACRO can_be_contacted(state, first_contact_at, opted_out, email, phone) AS
    first_contact_at IS NOT NULL
    OR (state NOT IN ('not contactable', 'duplicate') AND NOT opted_out AND coalesce(email, phone) IS NOT NULL);

-- Addresses that want no mail.
CREATE OR REPLACE VIEW unwanted AS
SELECT address, told_at, told_by
FROM (
    SELECT address, max_by(opted_out, number) AS opted_out, max(told_at) AS told_at, max_by(told_by, number) AS told_by
    FROM opt_outs GROUP BY address
)
WHERE opted_out;
