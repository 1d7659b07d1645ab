#crm
// start of the CRM
LET greeting = "Hi"
hour = HOUR(NOW())
IF hour < 12 THEN
   greeting = "Good morning"
ELSE IF hour < 18 THEN
   greeting = "Good afternoon"
ELSE
   greeting = "Good evening"
END IF
TALK greeting & ", " & (GET SESSION "user_name" OR "there") & "!"

WHILE TRUE
    HEAR choice AS MENU "New lead", "Pipeline", "Quit" WITH "What now?" DEFAULT "Quit"
    IF choice = "Quit" THEN BREAK
    IF choice = "Pipeline" THEN
        r = RUN "pipeline"
        TALK "Done: " & r.count
        CONTINUE
    END IF
    HEAR who AS NAME WITH "Name?"
    HEAR mail AS EMAIL WITH "E-mail?"
    HEAR money AS MONEY WITH "Budget?" DEFAULT 0
    r = CALL "lead-capture.bas", who, mail, "ACME", "", "web", money
    TALK "Saved " & r.id & " with score " & r.score
WEND
TALK "Bye"

ON SESSION END
    n = GET BOT MEMORY "sessions"
    SET BOT MEMORY "sessions", VAL(n) + 1
    LOG SESSION "milestone", end_reason
END ON
