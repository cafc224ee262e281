-- How many answers have a reason, how many were read and have none, and how many of both have a comment.
SELECT
    count_if(len(codes) > 0) AS having_some,
    count_if(len(codes) = 0) AS found_none,
    count(comment) AS of_told
FROM parted
