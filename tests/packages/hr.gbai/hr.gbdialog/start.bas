USE KB "handbook"
USE KB "benefits"
SET CONTEXT "You help employees of ${company} with everything around their work."

ADD SUGGESTION "vacation" AS "Request vacation"
ADD SUGGESTION "sick" AS "I am sick"
ADD SUGGESTION "payslip" AS "My payslip"
ADD SUGGESTION "new" AS "I am new here"

TALK "Hi! People team here. 👋"
HEAR choice

SELECT CASE LCASE(choice)
    CASE "vacation"
        CALL "vacation.bas"
    CASE "sick"
        CALL "sick-leave"
    CASE "payslip"
        CALL "payslip.bas", FORMAT(TODAY(), "YYYY-MM")
    CASE "new", "onboarding", "hello"
        RUN "onboarding.bas"
    CASE ELSE
        answer = LLM "Answer from the handbook: " + choice
        TALK answer
END SELECT
