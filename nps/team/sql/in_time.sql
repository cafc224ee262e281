-- Follow-ups of a band whose first contact is due by now: how many were contacted by then. Who waits on has missed it.
-- Apart: those that were overdue when uploaded, and not contacted before.
SELECT
    born_overdue AND coalesce(first_contact_at >= imported_at, true) AS late,
    count(*) FILTER (WHERE first_contact_at <= due_at),
    count(*)
FROM selected
LEFT JOIN (SELECT import_id, imported_at FROM imports) USING (import_id)
WHERE is_of_band(score, $band)
  AND due_at <= $now
  AND can_be_contacted(state, first_contact_at, opted_out, email, phone)
GROUP BY late
ORDER BY late
