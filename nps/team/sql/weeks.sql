-- Detractors whom one can contact by the week of their answer, and how many of them were contacted.
SELECT date_trunc('week', answered_there)::DATE AS week, count(first_contact_at), count(*)
FROM selected
WHERE detractor AND answered_at IS NOT NULL
  AND can_be_contacted(state, first_contact_at, opted_out, email, phone)
GROUP BY week
ORDER BY week
