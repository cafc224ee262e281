-- The files about customers, newest first, and to how many customers who answered their rows lead now.
WITH led AS (
    SELECT context_id, person_key, account_key,
        coalesce(person_key IN (SELECT person_key FROM person_links WHERE answered), false) AS by_person,
        coalesce(kind <> 'person' AND account_key IN (SELECT account_key FROM account_links), false) AS by_account
    FROM context_leads
    JOIN contexts USING (context_id)
),
reached AS (
    SELECT context_id, person_id FROM led JOIN person_links USING (person_key) WHERE answered
    UNION
    SELECT context_id, person_id
    FROM (SELECT DISTINCT context_id, account_key FROM led WHERE by_account AND NOT by_person)
    JOIN account_links USING (account_key)
    JOIN (SELECT DISTINCT account_id, person_id FROM responses) USING (account_id)
)
SELECT context_id, file, kind, source, why, brought_at, brought_by, rows,
    coalesce(matched, 0), rows - coalesce(matched, 0), coalesce(customers, 0), undone_at
FROM contexts
LEFT JOIN (
    SELECT context_id, count(*) FILTER (by_person OR by_account) AS matched FROM led GROUP BY context_id
) USING (context_id)
LEFT JOIN (SELECT context_id, count(*) AS customers FROM reached GROUP BY context_id) USING (context_id)
ORDER BY brought_at DESC, context_id DESC
