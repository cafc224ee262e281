-- A page of the follow-ups and how many there are in all, in the order that was asked for.
-- Sorting and counting read a few narrow columns; the wide ones are read for the page alone.
FROM (
    WITH found AS NOT MATERIALIZED (
        SELECT
            place, waiting_since, due_at, account_id, response_key,
            [
                severity(score),
                revenue_weight(revenue, (SELECT coalesce($high_revenue, typical_revenue) FROM revenues)),
                renewal_weight(renewal_on, $today, $renewal_days),
                recency(waiting_day, $today)
            ] AS weights
        FROM selected
        WHERE CASE $band WHEN 'detractor' THEN detractor WHEN 'passive' THEN passive ELSE promoter END
          AND ($states IS NULL OR list_contains($states, state))
          AND ($owner IS NULL OR coalesce(owner, '') = $owner)
          AND score BETWEEN $lowest AND $highest
          AND ($text IS NULL OR contains(lower(concat_ws(chr(10), comment, name, email, account)), lower($text)))
          AND ($asleep OR $queue = 'asleep' OR $text IS NOT NULL OR coalesce(snoozed_until <= $today, true))
          AND ($queue = '' OR in_queue($queue, owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today,
              comment, email, phone, opted_out))
    ),
    ordered AS NOT MATERIALIZED (
        SELECT *, CASE $order WHEN 'account' THEN max(urgency) OVER (PARTITION BY account_id) END AS of_account
        FROM (SELECT *, list_product(weights) AS urgency FROM found)
    ),
    page AS MATERIALIZED (
        SELECT
            place, weights,
            row_number() OVER (
                ORDER BY
                    of_account DESC,
                    CASE $order WHEN 'account' THEN account_id END,
                    CASE $order
                        WHEN 'due' THEN epoch(due_at)
                        WHEN 'newest' THEN -epoch(waiting_since)
                        ELSE -urgency
                    END,
                    waiting_since, response_key
            ) AS number
        FROM ordered
        ORDER BY number
        LIMIT $limit OFFSET $offset
    )
    SELECT
        response_key, score, answered_at, comment, name, email, account, survey, segment_values,
        state, contacted_at, contacted_by, owner, version, note, waiting_since, due_at, born_overdue,
        person_id, account_id, attempts, waiting_on, snoozed_until, snooze_reason, promise_due,
        outcome, root_cause, resolution, duplicate_of, phone, opted_out, revenue, renewal_on, account_owner,
        page.weights,
        (SELECT count(*) FROM found),
        page.number
    FROM listed
    JOIN page USING (place)
)
ORDER BY number
