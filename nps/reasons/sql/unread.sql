-- Why answers have no reason: nobody wrote a comment, nobody read it yet, or somebody did and found none.
SELECT
    count_if(found_by IS NULL AND coalesce(trim(comment), '') = '') AS silent,
    count_if(found_by IS NULL AND coalesce(trim(comment), '') <> '') AS unread,
    count_if(found_by IS NOT NULL) AS read
FROM parted
WHERE len(coalesce(codes, [])) = 0
