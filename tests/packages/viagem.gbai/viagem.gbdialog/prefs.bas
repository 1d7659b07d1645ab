PARAM city AS STRING
HEAR smoke AS BOOLEAN WITH "Smoker?" DEFAULT FALSE
HEAR bed AS "single", "double", * WITH "Bed in ${city}?"
SET "bed", bed
SET CONTEXT "prefs" AS "bed=${bed}; smoker=${smoke}"
RETURN bed & "/" & smoke
