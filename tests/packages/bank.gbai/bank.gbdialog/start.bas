'=====================================================
' Atlantic Bank - entry
'=====================================================
auth_level = GET SESSION "auth_level"
IF auth_level = "anonymous" THEN
    TALK "Welcome to " & bank_name & ". Please log in to see your accounts."
    RUN "auth.bas"
    auth_level = GET SESSION "auth_level"
END IF

last = GET SESSION "last_interaction"
IF last <> "" THEN
    TALK "Last time we spoke about: " + LEFT(last, 60)
END IF

USE KB "faq"
USE TOOL "balance"
USE TOOL "transfer"
USE TOOL "block-card"
USE TOOL "loan-simulator"

channel = GET SESSION "channel"
CLEAR SUGGESTIONS
IF channel = "whatsapp" THEN
    ADD SUGGESTION "Call us" AS "phone"
ELSE
    ADD SUGGESTION "balance" AS "Balance"
    ADD SUGGESTION "transfer" AS "Transfer"
    ADD SUGGESTION "card" AS "Block a card"
    ADD SUGGESTION "loan" AS "Loan"
END IF

SET CONTEXT "security" AS "Never show full card numbers. Never ask for the PIN."
TALK "How can I help?"

ON SESSION END
    CLEAR KB ALL
    CLEAR SUGGESTIONS
    LOG "Session ended: " + SESSION_ID
END ON
