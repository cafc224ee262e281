-- Before and after of the responses that one import changes, or would change.
SELECT DISTINCT line, response_id, header, before, after, number IS NOT NULL AS applied
FROM changes
WHERE import_id = $import_id
ORDER BY line, header
LIMIT $limit
