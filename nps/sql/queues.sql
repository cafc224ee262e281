-- How many unfinished follow-ups of a band are in each queue; what sleeps is in its own queue alone.
SELECT
    count(*) FILTER (WHERE awake AND mine),
    count(*) FILTER (WHERE awake AND team),
    count(*) FILTER (WHERE awake AND unassigned),
    count(*) FILTER (WHERE awake AND overdue),
    count(*) FILTER (WHERE awake AND resolution),
    count(*) FILTER (WHERE awake AND promises),
    count(*) FILTER (WHERE asleep),
    count(*) FILTER (WHERE awake AND silent),
    count(*) FILTER (WHERE awake AND unreachable),
    count(*) FILTER (WHERE asleep AND overdue)
FROM (
    SELECT
        coalesce(snoozed_until <= $today, true) AS awake,
        in_queue('mine', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS mine,
        in_queue('team', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS team,
        in_queue('unassigned', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS unassigned,
        in_queue('overdue', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS overdue,
        in_queue('resolution', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS resolution,
        in_queue('promises', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS promises,
        in_queue('asleep', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS asleep,
        in_queue('silent', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS silent,
        in_queue('unreachable', owner, $me, $team, state, due_at, $now, promise_due, snoozed_until, $today, comment,
            email, phone, opted_out, resolution_due_at) AS unreachable
    FROM selected
    WHERE CASE $band WHEN 'detractor' THEN detractor WHEN 'passive' THEN passive ELSE promoter END
      AND list_contains($states, state)
)
