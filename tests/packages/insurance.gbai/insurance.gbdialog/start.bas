ADD TOOL "claim"
ADD TOOL "claim-status"
CLEAR SUGGESTIONS
ADD SUGGESTION "claim" AS "Report a claim"
ADD SUGGESTION "status" AS "My claim"
ADD SUGGESTION "call" AS "Call " 
TALK "Insurance, good day."
id = GET BOT MEMORY "last_claim_" + GET "session.policy"
IF id <> "" THEN TALK "Your last claim was " + id
