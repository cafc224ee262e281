-- All answers of one person, the oldest first, with who the latest says it is.
SELECT response_key, answered_at, metric, score,
    CASE WHEN metric <> 'nps' THEN NULL WHEN promoter THEN 'promoter' WHEN passive THEN 'passive'
        WHEN detractor THEN 'detractor' END AS band,
    survey, comment, name, email, account, account_id
FROM answers
WHERE person_id = $person_id
ORDER BY answered_at NULLS FIRST, place
