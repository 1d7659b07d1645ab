PARAM kind AS STRING
PARAM value AS NUMBER
DESCRIPTION "Asks a manager and waits for his answer"

request_id = UUID()
WITH request
    id = request_id
    kind = kind
    value = value
    by = GET SESSION "user_id"
    status = "pending"
END WITH
SAVE "approvals", request
TALK TO "teams:manager@northwind.example", "Approval needed: " + kind + " " + value + "%"
PUBLISH EVENT "approval_requested", request

ok = WAIT FOR EVENT "approval_" + request_id TIMEOUT 3600
IF ok THEN
    row = FIND "approvals", "id", request_id
    RETURN row.status = "approved"
END IF
TALK "The manager did not answer in time."
RETURN FALSE
