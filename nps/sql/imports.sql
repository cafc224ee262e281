-- The history of imports, the newest first.
SELECT
    import_id, file, survey, metric, imported_at, imported_by, rows, accepted, blank, duplicate, changed, rejected,
    remarks, sample, undone_at, undone_by,
    (
        SELECT count(DISTINCT line) FROM changes
        WHERE changes.import_id = imports.import_id AND number IS NOT NULL
    ) AS updated,
    (SELECT count(*) FROM vanished WHERE vanished.import_id = imports.import_id) AS vanished,
    coalesce(warnings, '') AS warnings
FROM imports
ORDER BY imported_at DESC, import_id DESC
LIMIT $limit
