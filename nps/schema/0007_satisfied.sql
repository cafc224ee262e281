-- CSAT and CES on further scales: nothing but the view `answers`, which is made anew, and says who is satisfied.
SELECT 1;
