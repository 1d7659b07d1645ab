' CRM entry: what the user may do depends on his role
role = GET "role"
IF role = "" THEN
    role = GET SESSION "user_role"
    IF role = "" THEN role = "guest"
    SET "role", role
END IF

SWITCH role
    CASE "manager":
        CALL "menus/manager.bas"
        SET CONTEXT "crm" AS "The user leads the sales team and sees all figures."
    CASE "sales", "presales":
        ADD SUGGESTION "leads" AS "My leads"
        ADD SUGGESTION "quote" AS "New quote"
        SET CONTEXT "crm" AS "The user is a seller. He sees only his own leads."
    DEFAULT
        ADD SUGGESTION "contact" AS "Contact us"
        SET CONTEXT "crm" AS "The user is a visitor."
END SWITCH

ADD TOOL "lead-capture"
ADD TOOL "lead-qualify"
ADD TOOL "quote-create"
ADD TOOL "pipeline"
USE KB "playbook"

BEGIN SYSTEM PROMPT
You are a CRM assistant of ${company}.

Rules:
  1. Ask one question at a time.
  2. Dates are YYYY-MM-DD.
  3. A lead needs {name}, {company} and {email}.
END SYSTEM PROMPT

TALK "Hi" + (user_name ? ", " + user_name : "") + "! What are we selling today?"
