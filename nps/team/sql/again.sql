-- Detractors whom one would know again, by whether they were contacted before their next answer to the same survey,
-- and what that was. $position: of the segment that is matched on; null: none.
FROM (
    WITH first AS (
        SELECT person_id, survey, answered_at, score, segment_values[$position] AS value, first_contact_at
        FROM listed
        WHERE place IN (
            SELECT place FROM selected
            WHERE detractor AND state <> 'duplicate' AND answered_at IS NOT NULL AND coalesce(email, customer) IS NOT NULL
        )
    ),
    paired AS (
        SELECT
            coalesce(first_contact_at < coalesce(next_at, 'infinity'), false) AS contacted,
            first.score,
            value,
            date_diff('day', first.answered_at, next_at) AS days,
            next_score
        FROM first
        ASOF LEFT JOIN (
            SELECT person_id, survey, answered_at AS next_at, score AS next_score
            FROM answers
            WHERE metric = 'nps' AND NOT blank AND answered_at IS NOT NULL
        ) AS following
            ON first.person_id = following.person_id AND first.survey = following.survey
            AND first.answered_at < next_at
    )
    SELECT
        contacted,
        score,
        value,
        CASE
            WHEN days < 45 THEN 'under 45 days'
            WHEN days < 135 THEN '45 to 134 days'
            WHEN days < 270 THEN '135 to 269 days'
            WHEN days >= 270 THEN '270 days and more'
        END AS gap,
        next_score,
        count(*)
    FROM paired
    GROUP BY ALL
)
ORDER BY ALL
