-- The revenue of all accounts, and of those that answered in the last 90 days.
WITH heard AS (
    SELECT DISTINCT account_key
    FROM known_accounts
    WHERE account_id IN (
        SELECT account_id FROM followups WHERE answered_at > $now::TIMESTAMP - INTERVAL 90 DAY AND answered_at <= $now
    )
)
SELECT
    count(*) FILTER (WHERE account_key IN (FROM heard)),
    count(*),
    coalesce(sum(revenue) FILTER (WHERE account_key IN (FROM heard)), 0),
    coalesce(sum(revenue), 0)
FROM accounts
WHERE revenue IS NOT NULL
