#workflow
PARAM amount AS MONEY LIKE 120.5
PARAM purpose AS STRING LIKE "Train to Porto"
DESCRIPTION "Sends an expense for approval"

ORCHESTRATE WORKFLOW "expense-approval"

STEP 1: BOT "ocr" "read the receipt"

IF amount <= limit_manager THEN
    approver = "manager@example.com"
ELSE IF amount <= limit_director THEN
    approver = "director@example.com"
ELSE
    approver = "board@example.com"
END IF

STEP 2: HUMAN APPROVAL FROM approver
    TIMEOUT 86400
    ON TIMEOUT: ESCALATE TO SUPERVISOR

STEP 3: PARALLEL
    BRANCH A: BOT "accounting" "book the expense"
    BRANCH B: BOT "bank" "pay the expense"
END PARALLEL

DELAY 5
PUBLISH EVENT "expense_paid", { amount: amount, purpose: purpose }
TALK "Done: " + FORMAT(amount, "#,##0.00")
