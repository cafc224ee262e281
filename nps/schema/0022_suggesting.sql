-- Of what the suggestions were made: one row, or none while there are none.
CREATE TABLE suggestions_made (
    comments VARCHAR,   -- how many, and a sum of their hashes
    codebook VARCHAR,   -- a hash of its reasons and their phrases
    readings BIGINT,    -- the number of the last reading then
    made_at  TIMESTAMP
);
