PARAM session_id AS STRING
PARAM reason AS "solved", "spam", "no answer"
DESCRIPTION "Closes a conversation with a summary"
summary = GET SUMMARY session_id
ADD NOTE session_id, summary
RESOLVE CONVERSATION session_id, reason
SAVE "closed", session_id, reason, summary
status = GET ATTENDANT STATUS USER_ID
LOG "closed by " + USER_ID + " (" + status + ")"
