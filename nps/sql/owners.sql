-- Who owns cases.
SELECT DISTINCT owner FROM cases WHERE owner IS NOT NULL ORDER BY owner
