-- What happened on a day, but for what was taken back.
SELECT number, day, kind, label, said_at, said_by
FROM marks
WHERE label IS NOT NULL AND number NOT IN (SELECT takes_back FROM marks WHERE takes_back IS NOT NULL)
ORDER BY day, number
