-- What the columns of derived segments were filled by: JSON of nps/derived.py, one row; none where there are none.
CREATE TABLE derived (
    made_for VARCHAR
);
