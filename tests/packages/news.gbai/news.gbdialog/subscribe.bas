DESCRIPTION "Chooses topics"
all = ["world", "science", "sports", "culture"]
chosen = []
DO
    TALK "Which topic? Say 'done' when ready."
    HEAR topic AS "world", "science", "sports", "culture", "done"
    IF topic = "done" THEN BREAK
    IF CONTAINS(chosen, topic) THEN
        TALK "You have that."
    ELSE
        APPEND chosen, topic
    END IF
LOOP WHILE UBOUND(chosen) < UBOUND(all)
REMEMBER "topics", chosen
SET BOT MEMORY "subscriber_" + SESSION_ID, chosen
TALK "Subscribed to " & JOIN(chosen, " and ") & "."
