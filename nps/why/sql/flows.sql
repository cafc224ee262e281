-- How many people went from which band to which: the latest score of each in either period, of those with both.
-- Bands are numbered: 0 detractor, 1 passive, 2 promoter.
FROM (
    WITH votes AS (
        SELECT person_id, false AS later, latest(answered_at, place) AS place FROM selected
        WHERE NOT blank AND answered_there >= $before_start AND answered_there < $before_end GROUP BY person_id
        UNION ALL
        SELECT person_id, true, latest(answered_at, place) FROM selected
        WHERE NOT blank AND answered_there >= $after_start AND answered_there < $after_end GROUP BY person_id
    ),
    banded AS (
        SELECT person_id, later, CASE WHEN promoter THEN 2 WHEN passive THEN 1 ELSE 0 END AS band
        FROM votes JOIN selected USING (person_id, place)
    )
    SELECT past.band, present.band, count(*)
    FROM banded AS past JOIN banded AS present USING (person_id)
    WHERE NOT past.later AND present.later
    GROUP BY ALL ORDER BY ALL
)
