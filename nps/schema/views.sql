-- The only place where the thresholds stand. Made anew whenever responses gains a column.
CREATE OR REPLACE VIEW answers AS
SELECT
    responses.*,
    score >= 9 AS promoter,
    score BETWEEN 7 AND 8 AS passive,
    score <= 6 AS detractor,
    score IS NULL AS blank,
    CASE metric WHEN 'csat' THEN score >= 4 WHEN 'ces' THEN score >= 5 END AS satisfied,
    coalesce(email, customer, response_key) AS person,
    coalesce(account, email, customer, response_key) AS account_or_person
FROM responses;

-- Within how many hours an unhappy customer is contacted first.
CREATE OR REPLACE MACRO first_contact_hours(score) AS CASE WHEN score <= 3 THEN 24 ELSE 48 END;

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
    coalesce(answered_at, imported_at) + to_hours(first_contact_hours(score)) AS due_at,
    coalesce(answered_at, imported_at) + to_hours(first_contact_hours(score)) < imported_at AS born_overdue
FROM answers
LEFT JOIN cases USING (response_key)
LEFT JOIN (SELECT import_id, imported_at FROM imports) USING (import_id)
WHERE metric = 'nps' AND detractor;
