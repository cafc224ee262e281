-- Why people gave their scores. All of it is appended; what counts is what the rows add up to.

-- What was done to the codebook, which is the shipped one until the first row; nps/codebook/book.py adds them up.
CREATE TABLE codebook_steps (
    number  BIGINT,       -- 1, 2, 3 ... in the order in which they were done
    action  VARCHAR,      -- use, group, add, edit, merge, split, retire, back, undone
    details VARCHAR,      -- JSON, as the action needs it
    done_at TIMESTAMP,
    done_by VARCHAR
);

-- Who read a comment and which reasons they found in it. The latest reading that stands counts for the response; those
-- of others before it show whether people agree.
CREATE TABLE readings (
    number       BIGINT,    -- 1, 2, 3 ...
    response_key VARCHAR,
    codes        VARCHAR[], -- the primary one first; empty: read, and it gives no reason; null: takes back `undoes`
    offered      VARCHAR[], -- what was suggested on the screen meanwhile
    offered_by   VARCHAR[], -- by what, one each: rule or model
    step         BIGINT,    -- the step of the codebook that made the row, which stands and falls with it; null: a person
    undoes       BIGINT,    -- the number of the reading that this row takes back
    read_at      TIMESTAMP,
    read_by      VARCHAR
);

-- What rules and the model suggest for comments; can be made anew at any time.
CREATE TABLE suggestions (
    response_key VARCHAR,
    code         VARCHAR,
    source       VARCHAR,   -- rule or model
    certainty    FLOAT,     -- 0 to 1, of the model; null for a rule
    words        VARCHAR[]  -- of the comment, which caused it
);

-- Which code a value of a segment stands for, where a file brought reasons of its own; the latest row of a pair counts.
CREATE TABLE code_values (
    number      BIGINT,     -- 1, 2, 3 ...
    column_name VARCHAR,
    value       VARCHAR,
    code        VARCHAR,    -- null: it stands for none
    done_at     TIMESTAMP,
    done_by     VARCHAR
);
