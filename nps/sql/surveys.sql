-- The surveys there are, with their metric and size.
SELECT survey, metric, count(*) FROM responses GROUP BY ALL ORDER BY count(*) DESC, survey
