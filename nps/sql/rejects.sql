-- The rows of one import that did not go in.
SELECT line, column_name, value, reason, cells FROM rejects WHERE import_id = $import_id ORDER BY line LIMIT $limit
