APPLY SESSION TEMPLATE "agent"
open = GET BOT MEMORY "outage"
IF open <> "" THEN
    TALK "⚠ Known outage: " + open
END IF
ADD TOOL "ticket-new"
ADD TOOL "ticket-list"
ADD TOOL "reset-password"
ADD TOOL "vpn"
CLEAR SUGGESTIONS
ADD SUGGESTION "ticket" AS "New ticket"
ADD SUGGESTION "password" AS "Password"
ADD SUGGESTION "vpn" AS "VPN"
TALK "IT helpdesk, what's wrong?"
