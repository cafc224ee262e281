-- When a follow-up is due, by the settings in clock_rules (one row) and the row of working_time that its start lies in:
-- ... CROSS JOIN clock_rules
--     LEFT JOIN working_time ON since::DATE = working_time.day AND since > from_at AND since <= until_at
-- Where working time does not reach, calendar days stand in for working days.

-- An account whose revenue is high, or whose renewal was near when the customer answered.
CREATE OR REPLACE MACRO is_urgent(waiting_day, revenue, renewal_on, high_revenue, renewal_days) AS
    coalesce(revenue >= high_revenue, false)
    OR coalesce(renewal_on::DATE BETWEEN waiting_day AND waiting_day + renewal_days, false);

-- What is due in working hours: while work goes on, the later the later it came in.
CREATE OR REPLACE MACRO due_in_working_hours(since, from_at, working, due_at) AS
    CASE WHEN working THEN due_at + (since - from_at) ELSE due_at END;

-- What is due in working days.
CREATE OR REPLACE MACRO due_in_working_days(since, due_at, days) AS coalesce(due_at, since + to_days(days * 7 // 5));

-- Working seconds before a moment, of the row that it lies in.
CREATE OR REPLACE MACRO worked_before(moment, from_at, working, worked) AS
    (worked + CASE WHEN working THEN date_diff('microsecond', from_at, moment) ELSE 0 END) / 1000000;
