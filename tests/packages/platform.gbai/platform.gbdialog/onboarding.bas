SET SCHEDULE "every day at 9am"
ON FORM SUBMIT "contact"
    name = fields.name
    email = fields.email
    IF email LIKE "*@*" THEN
      WITH lead
        name = name
        email = email
        source = metadata.source ?? "web"
        score = 0
        created_at = NOW()
      END WITH
      SAVE "leads", lead
      TALK "Thanks ${fields.name}"
    END IF
END ON

ON EVENT "lead_created" DO
    TALK event.name
END ON

ORCHESTRATE WORKFLOW "onboarding"

STEP 1: BOT "collector" "collect the data"
STEP 2: HUMAN APPROVAL FROM "manager@x.com"
  TIMEOUT 3600
  ON TIMEOUT: escalate to director
STEP 3: PARALLEL
  BRANCH A: BOT "it" "create account"
  BRANCH B: BOT "hr" "prepare contract"
END PARALLEL
STEP 4: BOT "mailer" "send welcome"
IF step_1.ok AND step_2.approved THEN
  PUBLISH EVENT "done", {id: 1}
END IF
