-- The revenue of the accounts that have an unfinished detractor, each account once, and how much of it is renewed soon.
FROM (
    WITH unhappy AS (
        SELECT
            coalesce(account_key, account_id::VARCHAR) AS account,
            max(known.revenue) AS revenue,
            min(known.renewal_on) AS renewal_on
        FROM selected
        LEFT JOIN (SELECT account_id, account_key, revenue, renewal_on FROM known_accounts) AS known USING (account_id)
        WHERE detractor AND NOT list_contains($over, state)
        GROUP BY ALL
    )
    SELECT
        count(*),
        count(revenue),
        coalesce(sum(revenue), 0),
        coalesce(sum(revenue) FILTER (WHERE renewal_on BETWEEN $today AND $today + 90), 0),
        coalesce(sum(revenue) FILTER (WHERE renewal_on BETWEEN $today + 91 AND $today + 180), 0)
    FROM unhappy
)
