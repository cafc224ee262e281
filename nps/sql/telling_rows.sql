-- The responses on which a text is tried out: the latest and the worst of each kind, and how many lack what
-- it may need.
-- All are found in one pass over a few columns; the wide rows are read for these alone.
FROM (
    WITH worst AS MATERIALIZED (
        SELECT unnest([
            {'number': 1, 'why': 'The latest', 'place': coalesce(max_by(place, answered_at), min(place))},
            {'number': 2, 'why': 'Longest name', 'place': max_by(place, length(name)) FILTER (WHERE name <> '')},
            {'number': 3, 'why': 'No name', 'place': min(place) FILTER (WHERE coalesce(name, '') = '')},
            {
                'number': 4,
                'why': 'Comment with marks',
                'place': min(place) FILTER (WHERE regexp_matches(comment, '[{}<>"\n]'))
            },
            {
                'number': 5,
                'why': 'Longest comment',
                'place': max_by(place, length(comment)) FILTER (WHERE comment <> '')
            },
            {'number': 6, 'why': 'No comment', 'place': min(place) FILTER (WHERE coalesce(comment, '') = '')},
            {
                'number': 7,
                'why': 'Longest account',
                'place': max_by(place, length(account)) FILTER (WHERE account <> '')
            },
            {'number': 8, 'why': 'No account', 'place': min(place) FILTER (WHERE coalesce(account, '') = '')},
            {'number': 9, 'why': 'No e-mail address', 'place': min(place) FILTER (WHERE coalesce(email, '') = '')}
        ], recursive := true),
            count(*) AS n,
            count(*) FILTER (WHERE coalesce(name, '') = '') AS no_name,
            count(*) FILTER (WHERE coalesce(account, '') = '') AS no_account,
            count(*) FILTER (WHERE coalesce(comment, '') = '') AS no_comment,
            count(*) FILTER (WHERE coalesce(email, '') = '') AS no_email
        FROM selected
        WHERE list_contains($scores, score)
    )
    SELECT
        why, number,
        response_key, score, answered_at, comment, name, email, account, survey, segment_values,
        CASE WHEN detractor THEN coalesce(cases.state, 'open') END, contacted_at, contacted_by,
        n, no_name, no_account, no_comment, no_email
    FROM (FROM listed WHERE place IN (SELECT place FROM worst))
    JOIN worst USING (place)
    LEFT JOIN cases USING (response_key)
)
SELECT * EXCLUDE (number)
ORDER BY number
