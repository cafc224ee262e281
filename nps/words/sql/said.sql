-- How many comments there are, how many of them were read, and in how many of these each word is, of how many people.
-- A word is a run of two letters or more, in lower case. Of many comments always the same ones are read, as if by lot.
FROM (
    WITH heard AS MATERIALIZED (
        SELECT comment, person_id
        FROM told
        ORDER BY hash(response_key)
        LIMIT $most
    ),
    spoken AS (
        SELECT
            unnest(list_distinct(regexp_extract_all(lower(nfc_normalize(comment)), '[\p{L}\p{M}]{2,}'))) AS word,
            person_id
        FROM heard
    ),
    counted AS (
        SELECT word, count(*) AS comments, count(DISTINCT person_id) AS people
        FROM spoken
        WHERE word NOT IN (SELECT unnest($ignored))
        GROUP BY word
    )
    SELECT
        (SELECT count(*) FROM heard),
        (SELECT count(*) FROM told),
        (SELECT list((word, comments, people) ORDER BY word) FROM counted)
)
