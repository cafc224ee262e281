-- The history of imports, the newest first.
SELECT
    import_id, file, survey, metric, imported_at, imported_by, rows, accepted, blank, duplicate, rejected, remarks,
    sample, undone_at, undone_by, coalesce(warnings, '') AS warnings
FROM imports
ORDER BY imported_at DESC, import_id DESC
LIMIT $limit
