role = GET role
IF role = "" THEN
    TALK "What's your role?"
    HEAR role AS "Manager", "Developer", "Customer", *
    SET role, role
END IF
SET CONTEXT "user role" AS role
SWITCH LCASE(role)
    CASE "manager"
        USE KB "management"
        USE KB "reports"
    CASE "developer"
        USE KB "docs"
    DEFAULT
        USE KB "faq"
END SWITCH
CLEAR SUGGESTIONS
ADD_SUGGESTION "general" AS "Show me the weekly announcements"
ADD SUGGESTION "auxiliom" AS "Explain Auxiliom to me"
let resume1 = GET BOT MEMORY("resume")
let text = GET "announcements.gbkb/news/news.pdf"
IF text THEN
let resume = LLM "Em até 10 palavras, resuma: " + text
SET BOT MEMORY "resume", resume
END IF
SET CONTEXT "general" AS resume1
BEGIN SYSTEM PROMPT
There exist some helpful predefined internal tools which can help me by
extending my functionalities or get me helpful information.

These tools **should** be abstracted away from the user. Example: {"a": ${1 + }} and '${role}'
END SYSTEM PROMPT
TALK "You can ask me about any of the announcements or circulars."
