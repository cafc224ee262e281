-- The names of those who work here: none of them is to be read in what leaves the house.
SELECT DISTINCT trim(name) AS staff
FROM (
    SELECT value AS name FROM case_events WHERE kind = 'assigned'
    UNION ALL SELECT who FROM case_events
    UNION ALL SELECT name FROM writers
    UNION ALL SELECT name FROM visitors
    UNION ALL SELECT owner FROM accounts
    UNION ALL SELECT unnest($members)
)
WHERE trim(name) <> ''
ORDER BY staff
