-- After how many working minutes detractors were contacted first, or how long they have waited. Who was overdue when
-- uploaded, and not contacted before, waits from the upload on; who does not wait any more has waited until then.
FROM (
    WITH waited AS (
        SELECT
            born_overdue AND coalesce(first_contact_at >= imported_at, true) AS late,
            first_contact_at IS NOT NULL AS contacted,
            CASE WHEN late THEN imported_at ELSE waiting_since END AS began,
            greatest(
                began, coalesce(first_contact_at, CASE WHEN state = 'open' THEN $now ELSE state_since END, $now)
            ) AS ended
        FROM selected
        LEFT JOIN (SELECT import_id, imported_at FROM imports) USING (import_id)
        WHERE detractor AND can_be_contacted(state, first_contact_at, opted_out, email, phone)
    )
    SELECT
        late,
        round(
            (
                worked_before(ended, upto.from_at, upto.working, upto.worked)
                - worked_before(began, since.from_at, since.working, since.worked)
            ) / 60
        )::BIGINT AS minutes,
        count(*) FILTER (WHERE contacted),
        count(*) FILTER (WHERE NOT contacted)
    FROM waited
    JOIN working_time AS since ON began::DATE = since.day AND began > since.from_at AND began <= since.until_at
    JOIN working_time AS upto ON ended::DATE = upto.day AND ended > upto.from_at AND ended <= upto.until_at
    GROUP BY late, minutes
)
ORDER BY late, minutes
