-- By what responses may call the people and accounts of the standing files: their own links are made of it alone.
CREATE TABLE person_calls (
    called     VARCHAR,        -- the id under which a survey knows the customer
    person_key VARCHAR,
    rank       INTEGER,        -- the lowest counts, of these the last place
    place      BIGINT
);
CREATE TABLE account_calls (
    how         VARCHAR,       -- id, name or domain
    called      VARCHAR,
    account_key VARCHAR
);
