-- The follow-ups of some responses, in no order.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    state, contacted_at, contacted_by, owner, version, note, waiting_since, due_at, born_overdue,
    person_id, account_id, attempts, waiting_on, snoozed_until, snooze_reason, promise_due,
    outcome, root_cause, resolution, duplicate_of, phone, opted_out, revenue, renewal_on, account_owner,
    [
        severity(score),
        revenue_weight(revenue, (SELECT coalesce($high_revenue, typical_revenue) FROM revenues)),
        renewal_weight(renewal_on, $today, $renewal_days),
        recency(waiting_day, $today)
    ]
FROM listed
WHERE response_key IN (SELECT unnest($response_keys))
