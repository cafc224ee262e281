-- The unfinished follow-ups of a band that nobody owns: whose accounts' they are, and their segments' values.
SELECT response_key, account_id, account_owner, segment_values
FROM listed
WHERE place IN (
    SELECT place
    FROM selected
    WHERE is_of_band(score, $band)
      AND NOT list_contains($over, state) AND owner IS NULL
    ORDER BY due_at, place
    LIMIT $limit
)
ORDER BY due_at, place
