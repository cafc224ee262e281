-- How the file of one import was read.
SELECT coalesce(header, []), (mapping::JSON ->> '$.dayfirst')::BOOLEAN FROM imports WHERE import_id = $import_id
