tries = 0
ok = FALSE
DO
    TALK "Your CPF?"
    HEAR cpf AS CPF
    TALK "Your password?"
    HEAR secret AS PASSWORD
    customer = FIND "customers", "cpf = '" + cpf + "'"
    IF customer IS NOT NULL THEN
        reply = POST "/auth/check", { cpf: cpf, secret: secret }
        ok = reply.ok
    END IF
    tries = tries + 1
    IF NOT ok THEN TALK "That was wrong. " + (3 - tries) + " tries left."
LOOP UNTIL ok OR tries = 3

IF NOT ok THEN
    LOG SESSION "error", "login_failed"
    TALK "Too many tries."
    END SESSION
END IF

SET USER customer.id
SET "customer_id", customer.id
LOG SESSION "milestone", "logged_in"
TALK "Thank you, ${customer.name}."
