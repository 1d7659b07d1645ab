' A support intake: collects a report, lets the user mend it, and ends in a summary and a ticket number.

BEGIN SYSTEM PROMPT
You are the support desk of ${BOT_NAME}. Be brief and kind.
END SYSTEM PROMPT

TALK "This is the support desk of ${BOT_NAME}. I take your report."

restart:
HEAR who WITH "Your name?"
IF who = "" THEN who = "Anonymous"
SET "name", who

TALK "What is it about?"
HEAR topic AS MENU "Login", "Billing", "Something else"
IF topic = "Something else" THEN HEAR topic WITH "In one or two words?"

TALK "How urgent is it?"
HEAR urgency AS MENU "I cannot work", "It slows me down", "No hurry"
SELECT CASE urgency
    CASE "I cannot work"
        hours = 1
    CASE "It slows me down"
        hours = 8
    CASE ELSE
        hours = 48
END SELECT

TALK "Now tell me what happens, in as many messages as you like. Say done at the end."
details = []
WHILE TRUE
    HEAR detail
    IF LCASE(detail) = "done" THEN EXIT WHILE
    IF detail <> "" THEN details[UBOUND(details)] = detail
WEND

BEGIN TALK
    ${who}, about ${topic}, ${LCASE(urgency)}:

    ${Listing(details)}

    Shall I send it?
END TALK
HEAR answer AS MENU "Send it", "Start again"
IF answer = "Start again" THEN GOTO restart

TALK "One moment …"
WAIT 2
number = VAL(GET BOT MEMORY "tickets") + 1
SET BOT MEMORY "tickets", number
SET CONTEXT "ticket" AS "Ticket ${number} of ${who}: ${topic}, ${UBOUND(details)} details"
LOG "ticket opened", {number: number, topic: topic, hours: hours, channel: GET SESSION "channel"}

BEGIN TALK
    Ticket ${number}
    Name: ${who}
    Topic: ${topic}
    Answer within: ${hours} ${IIF(hours = 1, "hour", "hours")}
    Details: ${UBOUND(details)}
END TALK
TALK "Thank you, ${who}. Good bye."
END SESSION

FUNCTION Listing(items)
    text = ""
    FOR i = 1 TO UBOUND(items)
        IF i > 1 THEN text = text + "\n"
        text = text + "${i}) ${items[i - 1]}"
    NEXT
    IF text = "" THEN text = "(no details)"
    RETURN text
END FUNCTION
