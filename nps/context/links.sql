-- To whom the numbers lead that responses carry: those of `people_anew` and `accounts_anew`, the others stay as they are.
-- By e-mail address first, then by the id under which the survey knows the customer.
DELETE FROM person_links WHERE person_id IN (FROM people_anew);
INSERT INTO person_links
WITH answering AS (SELECT DISTINCT person_id, customer FROM responses SEMI JOIN people_anew USING (person_id))
SELECT person_id, person_key, answered FROM (
    SELECT voter(person_key[6:]) AS person_id, person_key, 0 AS rank, 0 AS place
    FROM people WHERE person_key LIKE 'mail %'
    UNION ALL
    SELECT person_id, person_key, 1 + rank, place FROM answering JOIN person_calls ON called = customer
)
SEMI JOIN people_anew USING (person_id)
LEFT JOIN (SELECT DISTINCT person_id, true AS answered FROM answering) USING (person_id)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY rank, place DESC, person_key) = 1;

-- By the account that a response names, else by those who answered, else by the domains of their addresses; where
-- these lead to several accounts, to none.
DELETE FROM account_links WHERE account_id IN (FROM accounts_anew);
INSERT INTO account_links
WITH answering AS (
    SELECT DISTINCT account_id, person_id, account, email FROM responses SEMI JOIN accounts_anew USING (account_id)
)
SELECT account_id, min(account_key), true FROM (FROM (
    SELECT account_id, account_key, 0 AS rank
    FROM (SELECT DISTINCT account_id, account FROM answering WHERE account IS NOT NULL)
    JOIN account_calls ON how = 'id' AND called = account
    UNION ALL
    SELECT account_id, account_key, 1
    FROM (SELECT DISTINCT account_id, account FROM answering WHERE account IS NOT NULL)
    JOIN account_calls ON how = 'name' AND called = lower(account)
    UNION ALL
    SELECT DISTINCT account_id, people.account_key, 2
    FROM answering JOIN person_links USING (person_id) JOIN people USING (person_key)
    WHERE people.account_key IS NOT NULL
    UNION ALL
    SELECT DISTINCT account_id, account_key, 3
    FROM answering JOIN account_calls ON how = 'domain' AND called = split_part(email, '@', 2)
) QUALIFY rank = min(rank) OVER (PARTITION BY account_id))
GROUP BY account_id
HAVING count(DISTINCT account_key) = 1;
