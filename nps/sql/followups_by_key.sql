-- The follow-ups of some responses, in no order, as if nothing had happened to them yet.
SELECT
    response_key, score, answered_at, comment, name, email, account, survey, segment_values,
    'open', NULL, NULL, NULL, 0, NULL, waiting_since, due_at, born_overdue, person_id, account_id,
    0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    phone, opted_out, revenue, renewal_on, account_owner,
    [
        severity(score),
        revenue_weight(revenue, $typical),
        renewal_weight(renewal_on, $today, $renewal_days),
        recency(waiting_day, $today)
    ]
FROM listed
WHERE response_key IN (SELECT unnest($response_keys))
