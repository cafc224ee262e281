-- What files tell of a person, and of the account that the answers or the person lead to.
SELECT person.person_key, person.name, person.email, person.phone, person.role, person.opted_out, person.facts,
    accounts.account_key, accounts.account, accounts.revenue, accounts.renewal_on, accounts.owner, accounts.facts
FROM (SELECT unnest([$account_id::UBIGINT]) AS account_id)
LEFT JOIN (
    SELECT person_links.person_id, people.*
    FROM person_links JOIN people USING (person_key) WHERE person_id = $person_id
) AS person ON true
LEFT JOIN account_links USING (account_id)
LEFT JOIN accounts ON accounts.account_key = coalesce(account_links.account_key, person.account_key)
