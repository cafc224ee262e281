-- The segments that are listed, in the order in which they came.
SELECT column_name, label, kind FROM segments ORDER BY position, column_name
