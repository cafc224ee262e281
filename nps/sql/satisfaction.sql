-- CSAT and CES: the satisfied among the answers.
SELECT count(*) FILTER (WHERE satisfied), count(score)
FROM selected
