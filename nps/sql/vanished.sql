-- The ids that one import lacked although it looked like a full export of its survey.
SELECT response_id FROM vanished WHERE import_id = $import_id LIMIT $limit
