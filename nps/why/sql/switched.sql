-- The people who changed band between their latest answers of two periods, the largest falls (or rises) first.
-- Joining reads a few narrow columns; the wide ones are read for the page alone.
FROM (
    WITH votes AS (
        SELECT person_id, false AS later, latest(answered_at, place) AS place FROM selected
        WHERE NOT blank AND answered_there >= $before_start AND answered_there < $before_end GROUP BY person_id
        UNION ALL
        SELECT person_id, true, latest(answered_at, place) FROM selected
        WHERE NOT blank AND answered_there >= $after_start AND answered_there < $after_end GROUP BY person_id
    ),
    banded AS (
        SELECT person_id, later, place, score, CASE WHEN promoter THEN 2 WHEN passive THEN 1 ELSE 0 END AS band
        FROM votes JOIN selected USING (person_id, place)
    ),
    page AS (
        SELECT past.place AS past_place, present.place AS present_place, present.score::INTEGER - past.score AS moved
        FROM banded AS past JOIN banded AS present USING (person_id)
        WHERE NOT past.later AND present.later AND sign(present.band - past.band) = $direction
        ORDER BY moved * $direction DESC, present.place
        LIMIT $limit OFFSET $offset
    )
    SELECT
        now.response_key, now.name, now.email, now.account,
        past.score, past.answered_at, now.score, now.answered_at, now.comment
    FROM page
    JOIN listed AS past ON past.place = past_place
    JOIN listed AS now ON now.place = present_place
    ORDER BY moved * $direction DESC, now.place
)
