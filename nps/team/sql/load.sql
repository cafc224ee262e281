-- What each owner has to do, nobody's last: unfinished follow-ups of a band and their clocks, and promises.
SELECT
    owner,
    count(*) FILTER (WHERE unfinished),
    count(*) FILTER (WHERE waits AND due_at <= $now AND NOT born_overdue),
    count(*) FILTER (WHERE waits AND due_at <= $now AND born_overdue),
    count(*) FILTER (WHERE waits AND due_at > $now AND due_at <= $now + INTERVAL 24 HOUR),
    count(*) FILTER (WHERE unfinished AND NOT waits AND resolution_due_at <= $now),
    count(*) FILTER (WHERE unfinished AND snoozed_until > $today),
    count(*) FILTER (WHERE promise_due < $today),
    coalesce(sum(promises_broken), 0)::BIGINT,
    coalesce(sum(promises_kept), 0)::BIGINT
FROM (
    SELECT *, NOT list_contains($over, state) AS unfinished, state = 'open' AS waits
    FROM selected
    WHERE is_of_band(score, $band)
)
WHERE unfinished OR promise_due IS NOT NULL OR promises_broken + promises_kept > 0
GROUP BY owner
ORDER BY owner IS NULL, owner
