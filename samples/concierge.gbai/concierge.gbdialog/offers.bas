' The buttons under the conversation, and what only some channels can show.
ADD SUGGESTION TOOL "order" AS "Order"
ADD SUGGESTION TOOL "recommend" AS "What fits me?"
ADD SUGGESTION TOOL "fitting" AS "My size"
ADD SUGGESTION TOOL "account" AS "My account"
ADD SUGGESTION TOOL "agent" AS "A person, please"
ADD SUGGESTION TOOL "goodbye" AS "That is all"

channel = GET SESSION "channel"
IF channel = "whatsapp" THEN
    ' WhatsApp-specific features
    ADD SUGGESTION "Call Support" AS "phone"
ELSE IF channel = "web" THEN
    ' Web-specific features
    SHOW IMAGE "dashboard.png"
END IF

TALK "What can ${GET BOT MEMORY "company_name"} do for you?"
