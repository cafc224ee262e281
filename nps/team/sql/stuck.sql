-- For how many days the unfinished follow-ups of a band have been in their state.
SELECT
    state,
    floor(greatest(0, epoch($now::TIMESTAMP) - epoch(coalesce(state_since, waiting_since))) / 86400)::BIGINT AS days,
    count(*)
FROM selected
WHERE is_of_band(score, $band)
  AND NOT list_contains($over, state)
GROUP BY state, days
ORDER BY state, days
