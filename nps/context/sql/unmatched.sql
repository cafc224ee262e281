-- The rows of a file that lead to nobody who answered, and why.
SELECT line, CASE WHEN context_rows.kind = 'account' THEN coalesce(account, id, domain)
        ELSE coalesce(ticket_ref, email, customer, person_ref, account, account_ref, domain, id) END AS key,
    CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN missing IS NOT NULL AND ticket_ref = missing
            THEN 'ticket ' || missing || ' is in no file that was brought in'
        WHEN missing IS NOT NULL
            THEN 'the id ' || missing || ' is in no file that was brought in, and no response has it'
        WHEN person_key IS NULL AND account_key IS NULL THEN 'the row names no customer'
        WHEN context_rows.kind = 'person' THEN 'has not answered a survey'
        WHEN person_key IS NULL THEN 'nobody of this account has answered a survey'
        ELSE 'has not answered a survey, nor has anybody of the account'
    END AS reason
FROM context_rows
LEFT JOIN context_leads USING (context_id, line)
WHERE context_id = $context_id
    AND NOT coalesce(person_key IN (SELECT person_key FROM person_links WHERE answered), false)
    AND NOT coalesce(context_rows.kind <> 'person' AND account_key IN (SELECT account_key FROM account_links), false)
ORDER BY line
LIMIT $limit
