-- The follow-ups of one customer and of the others of the account.
SELECT response_key, score, answered_at, name, email, state, outcome, person_id = $person_id, detractor
FROM followups
WHERE person_id = $person_id OR account_id = $account_id
ORDER BY answered_at DESC NULLS LAST, response_key
LIMIT 100
