-- How many gave each score.
SELECT score, CASE WHEN is_promoter(score) THEN 'promoter' WHEN is_passive(score) THEN 'passive' ELSE 'detractor' END, n
FROM (SELECT score, count(*) AS n FROM selected WHERE NOT blank GROUP BY score)
ORDER BY score
