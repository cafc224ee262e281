-- How many answers have which codes, in each part; those that were read and give no reason have none.
SELECT
    part,
    codes,
    count_if(promoter) AS promoters,
    count_if(passive) AS passives,
    count_if(detractor) AS detractors
FROM parted
WHERE len(codes) > 0
GROUP BY ALL
ORDER BY ALL
