-- How many answers have a reason, how many were read and have none, and how many of both have a comment.
SELECT
    count(*) FILTER (len(codes) > 0) AS having_some,
    count(*) FILTER (len(codes) = 0) AS found_none,
    count(comment) AS of_told
FROM parted
