-- What happened with a customer, and with the others of the account, the newest first.
SELECT kind, source, happened_at, title, text, status, who, tags, coalesce(person_key = $person_key, false) AS own,
    id, ticket_ref, facts
FROM interactions
WHERE person_key = $person_key OR account_key = $account_key
ORDER BY happened_at DESC NULLS LAST, context_id, line
LIMIT $limit
