DESCRIPTION "A packing list by weather and days"
HEAR place WITH "Where to?"
HEAR days AS INTEGER WITH "How many days?"
w = WEATHER place
list = ["passport", "charger", "toothbrush"]
list = list + (days + 1) + " shirts"
IF w.temperature < 10 THEN
    list = list + ["coat", "scarf"]
ELSE IF w.temperature > 25 THEN
    list = list + ["sunscreen", "hat"]
END IF
IF w.rain OR w.description CONTAINS "rain" THEN list = list + "umbrella"
FOR EACH thing IN list
    TALK "☐ " + thing
NEXT thing
RETURN list
