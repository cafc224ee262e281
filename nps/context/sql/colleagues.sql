-- The others of an account with their latest scores, who answered last first.
SELECT person_id, coalesce(any_value(known_people.name), arg_max(answers.name, place)),
    coalesce(any_value(known_people.email), any_value(answers.email)),
    arg_max(score, latest_first) AS latest,
    CASE WHEN is_promoter(latest) THEN 'promoter' WHEN is_passive(latest) THEN 'passive' ELSE 'detractor' END,
    max(answered_at), count(*)
FROM (
    SELECT *, (seconds_since_1901(answered_at) << 32) | place::UBIGINT AS latest_first
    FROM answers
    WHERE metric = 'nps' AND NOT blank AND person_id <> $person_id
        AND account_id IN (
            SELECT account_id FROM account_links WHERE account_key = $account_key
            UNION ALL SELECT unnest($account_ids::UBIGINT[])
        )
) AS answers
LEFT JOIN known_people USING (person_id)
GROUP BY person_id
ORDER BY max(latest_first) DESC
LIMIT $limit
