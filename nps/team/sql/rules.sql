-- The rules of assignment that count, and who decided on them when.
SELECT rules, decided_at, decided_by FROM assignment_rules ORDER BY number DESC LIMIT 1
