-- Detractors not contacted yet, by how urgent the first contact is.
SELECT
    count(*) FILTER (WHERE due_at <= $now AND NOT born_overdue),
    count(*) FILTER (WHERE due_at <= $now AND born_overdue),
    count(*) FILTER (WHERE due_at > $now AND due_at <= $now + INTERVAL 24 HOUR),
    count(*) FILTER (WHERE due_at > $now + INTERVAL 24 HOUR)
FROM selected
WHERE detractor AND state = 'open'
