-- The only place where the thresholds stand.
CREATE OR REPLACE MACRO is_promoter(score) AS score >= 9;
CREATE OR REPLACE MACRO is_passive(score) AS score BETWEEN 7 AND 8;
CREATE OR REPLACE MACRO is_detractor(score) AS score <= 6;
-- The lowest score of the satisfied: CSAT counts the top two, CES all above the middle. Null for NPS.
CREATE OR REPLACE MACRO satisfied_from(metric) AS CASE metric
    WHEN 'csat' THEN 4 WHEN 'csat 1-7' THEN 6 WHEN 'csat 1-10' THEN 9 WHEN 'ces' THEN 5 WHEN 'ces 1-5' THEN 4 END;
CREATE OR REPLACE MACRO is_of_band(score, band) AS
    CASE band WHEN 'detractor' THEN is_detractor(score) WHEN 'passive' THEN is_passive(score) ELSE is_promoter(score) END;
