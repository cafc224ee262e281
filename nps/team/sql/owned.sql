-- The unfinished follow-ups of a band that one person owns, what is due first in front.
SELECT response_key
FROM selected
WHERE is_of_band(score, $band)
  AND NOT list_contains($over, state) AND owner = $owner
ORDER BY due_at, place
LIMIT $limit
