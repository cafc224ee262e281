-- How many gave each score.
SELECT score, any_value(CASE WHEN promoter THEN 'promoter' WHEN passive THEN 'passive' ELSE 'detractor' END), count(*)
FROM selected
WHERE NOT blank
GROUP BY score
ORDER BY score
