-- answered_at: a midnight is a day alone, the same day in every zone; a time that falls on one is a microsecond later.
-- Where an import brought times, its midnights were times too.
UPDATE responses SET answered_at = answered_at + INTERVAL 1 MICROSECOND
WHERE answered_at = date_trunc('day', answered_at)
    AND import_id IN (SELECT import_id FROM responses WHERE answered_at <> date_trunc('day', answered_at));
