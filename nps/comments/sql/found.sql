-- How many comments are wanted, and a page of them: one row without a response where that is empty.
SELECT total, listed_there.*
FROM (SELECT count(*) AS total FROM found)
LEFT JOIN (
    SELECT
        response_key, score, answered_at, comment, name, email, account, survey, segment_values,
        CASE WHEN detractor AND metric = 'nps' THEN coalesce(cases.state, 'open') END, contacted_at, contacted_by,
        place, weight
    FROM listed
    JOIN (SELECT place, weight FROM page) USING (place)
    LEFT JOIN cases USING (response_key)
    WHERE place IN (SELECT place FROM page)
) AS listed_there ON true
