DESCRIPTION "Books an appointment at the counter"
tomorrow = DATEADD(TODAY(), 1, "day")
IF WEEKDAY(tomorrow) = 7 THEN tomorrow = DATEADD(tomorrow, 2, "days")
IF WEEKDAY(tomorrow) = 1 THEN tomorrow = DATEADD(tomorrow, 1, "days")
slots = []
FOR h = 9 TO 16
    IF h <> 13 THEN
        slots.push(FORMAT(h, "00") + ":00")
        slots.push(FORMAT(h, "00") & ":30")
    END IF
NEXT
HEAR slot AS MENU slots WITH "When, on ${FORMAT(tomorrow, "DD/MM")}?"
HEAR nif AS STRING WITH "Your tax number?"
DO WHILE LEN(nif) <> 9 OR NOT IS NUMERIC(nif)
    HEAR nif AS STRING WITH "Nine digits, please."
LOOP
SAVE "counter", #{ day: FORMAT(tomorrow, "YYYY-MM-DD"), slot: slot, nif: nif }
TALK "Booked for " & slot & "."
