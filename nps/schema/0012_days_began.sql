-- When the days of the reporting zone began (UTC): the clock of an answer with a day alone starts then, not at its midnight.
CREATE TABLE day_starts (
    day      TIMESTAMP,        -- as an answer with a day alone has it
    began_at TIMESTAMP
);
UPDATE clock_rules SET made_for = NULL;  -- so that the clocks are made anew
