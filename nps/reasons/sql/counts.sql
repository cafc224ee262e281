-- How many answers have which codes, in each part; codes nobody found are an empty list.
SELECT
    part,
    coalesce(codes, []) AS codes,
    count_if(promoter) AS promoters,
    count_if(passive) AS passives,
    count_if(detractor) AS detractors
FROM parted
GROUP BY ALL
ORDER BY ALL
