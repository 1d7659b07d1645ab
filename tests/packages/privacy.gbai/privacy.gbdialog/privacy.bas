' ============================================================================
' Privacy rights - data access request (LGPD Art. 18 / GDPR Art. 15)
' ============================================================================
TALK "I can help you. First, who are you?"
TALK "Please provide your registered email:"
HEAR email AS EMAIL

IF email = "" THEN
    TALK "We need your email."
    EXIT
END IF

verification_code = GENERATE CODE 6
SET BOT MEMORY "verification_" + email, verification_code
SEND MAIL email, "Verification Code", "Your verification code is: " + verification_code + "

This code expires in 15 minutes.

Don't share it."

HEAR entered_code AS INTEGER WITH "Enter the code:"
stored_code = GET BOT MEMORY "verification_" + email
IF entered_code <> stored_code THEN
    TALK "❌ Invalid code."
    EXIT
END IF

user_data = FIND "users", "email='" + email + "'"
conversations = FIND "conversations" WHERE user_email = email ORDER BY created_at DESC LIMIT 100
consents = FIND ALL "consents" WHERE email = email AND active = TRUE

INSERT INTO "privacy_requests" VALUES {
    id: "REQ-" + FORMAT(NOW(), "YYYYMMDDHHmmss"),
    type: "access",
    email: email,
    status: "processing",
    deadline: DATEADD(NOW(), 15, "day"),
    legal_basis: "GDPR Art. 15"
}

request = {
    "subject": email,
    "data": user_data[0],
    "meta": { generated: NOW(), items: UBOUND(conversations) }
}

UPDATE "users" SET
    name = "[DELETED]",
    phone = NULL,
    deleted_at = NOW()
WHERE email = email

DELETE FROM "consents" WHERE email = email AND type IN ("marketing", "analytics")
DELETE "messages", "user_email = '${email}'"
report = GENERATE PDF "templates/report.html", request, "reports/" + email + ".pdf"
link = GENERATE SECURE LINK report EXPIRES 7 DAYS
BEGIN TALK
✅ **Done**, ${user_data.name}!

Your link: ${link}
* It's valid for 7 days
END TALK
