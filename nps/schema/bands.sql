-- The only place where the thresholds stand.
CREATE OR REPLACE MACRO is_promoter(score) AS score >= 9;
CREATE OR REPLACE MACRO is_passive(score) AS score BETWEEN 7 AND 8;
CREATE OR REPLACE MACRO is_detractor(score) AS score <= 6;
