-- How many follow-ups there are, how many more match a search in other states, and the keys of a page of them in the
-- order that was asked for.
-- Sorting and counting read a few narrow columns; followups_by_key reads the wide ones, for the page alone.
FROM (
    WITH found AS MATERIALIZED (
        SELECT
            waiting_since, due_at, account_id, response_key,
            severity(score) * revenue_weight(revenue, $typical) * renewal_weight(renewal_on, $today, $renewal_days)
                * recency(waiting_day, $today) AS urgency,
            $states IS NULL OR list_contains($states, state) AS listed
        FROM selected
        WHERE CASE $band WHEN 'detractor' THEN detractor WHEN 'passive' THEN passive ELSE promoter END
          AND (listed OR $text IS NOT NULL)
          AND ($owner IS NULL OR coalesce(owner, '') = $owner)
          AND score BETWEEN $lowest AND $highest
          AND ($text IS NULL OR contains(lower(concat_ws(chr(10), comment, name, email, account)), lower($text)))
          AND ($asleep OR $queue = 'asleep' OR $text IS NOT NULL OR coalesce(snoozed_until <= $today, true))
          AND ($queue = '' OR in_queue($queue, owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today,
              comment, email, phone, opted_out, resolution_due_at))
    ),
    page AS (
        SELECT response_key, of_account, account_id, urgency, due_at, waiting_since
        FROM (SELECT *, CASE $order WHEN 'account' THEN max(urgency) OVER (PARTITION BY account_id) END AS of_account FROM found WHERE listed)
        ORDER BY
            of_account DESC,
            CASE $order WHEN 'account' THEN account_id END,
            CASE $order WHEN 'due' THEN epoch(due_at) WHEN 'newest' THEN -epoch(waiting_since) ELSE -urgency END,
            waiting_since, response_key
        LIMIT $limit OFFSET $offset
    )
    SELECT count(*) FILTER (listed), count(*) FILTER (NOT listed), coalesce((SELECT list(response_key) FROM page), [])
    FROM found
)
