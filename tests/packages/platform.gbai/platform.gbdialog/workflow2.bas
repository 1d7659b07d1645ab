#workflow
ORCHESTRATE WORKFLOW "customer-support"

STEP 1: BOT "classifier" "analyze complaint"
IF step_1 = "refund" THEN
  STEP 2: HUMAN APPROVAL FROM "manager@company.com"
    TIMEOUT 1800
    ON TIMEOUT: ESCALATE TO "director@company.com"
END IF
STEP 3: PARALLEL
  BRANCH A: BOT "order-processor" "prepare refund"
  BRANCH B: BOT "inventory" "check stock"
END PARALLEL
approved = WAIT FOR EVENT "approval_received" TIMEOUT 3600
IF NOT approved THEN
  SEND MAIL "ops@x.com", "Timed out", "No answer"
END IF
BOT SHARE MEMORY "successful_resolution_patterns" WITH "support-bot"
PUBLISH EVENT "complaint_resolved", {order_id: order_id, at: NOW()}
SCHEDULE IN 24 HOURS DO
  TALK "How was it?"
  PUBLISH EVENT "followup"
END SCHEDULE
ON EVENT "approval_received" DO
  TALK "Approved by " + event.data.user
END ON
RETURN "Workflow done"
