-- Detractors whom nobody can contact, by the reason.
SELECT
    CASE
        WHEN state IN ('not contactable', 'duplicate') THEN state
        WHEN opted_out THEN 'opted out'
        ELSE 'no e-mail, no phone'
    END AS reason,
    count(*)
FROM selected
WHERE detractor AND NOT can_be_contacted(state, first_contact_at, opted_out, email, phone)
GROUP BY reason
ORDER BY count(*) DESC, reason
