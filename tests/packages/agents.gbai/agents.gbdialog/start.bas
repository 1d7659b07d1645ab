' several bots work together
ADD BOT "billing" WITH TRIGGER "invoice, payment, refund"
ADD BOT "support" WITH TRIGGER "error, broken, help"
ADD BOT "reports" WITH SCHEDULE "0 9 * * 1"
BOT REFLECTION TRUE
bots = LIST BOTS
TALK "There are " + UBOUND(bots) + " bots to help you."
HEAR question
subject = CLASSIFY question, ["billing", "support", "other"]
IF subject = "other" THEN
    TALK LLM question
ELSE
    answer = DELEGATE question TO BOT subject TIMEOUT 30
    TALK answer
END IF
BOT SHARE MEMORY "last_question" WITH "support"
