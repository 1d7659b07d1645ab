PARAM to_iban AS STRING LIKE "PT50000201231234567890154" DESCRIPTION "IBAN of the receiver"
PARAM amount AS MONEY LIKE "150.00" DESCRIPTION "Amount in EUR"
PARAM text AS STRING LIKE "rent" DESCRIPTION "Purpose" OPTIONAL
DESCRIPTION "Transfers money to another account"

FUNCTION IbanIsValid(iban)
    s = UCASE(REPLACE(iban, " ", ""))
    IF LEN(s) < 15 OR LEN(s) > 34 THEN RETURN FALSE
    s = MID(s, 5) + LEFT(s, 4)
    rest = 0
    FOR i = 1 TO LEN(s)
        c = MID(s, i, 1)
        IF ISNUMERIC(c) THEN
            rest = (rest * 10 + VAL(c)) MOD 97
        ELSE
            rest = (rest * 100 + ASC(c) - 55) MOD 97
        END IF
    NEXT i
    RETURN rest = 1
END FUNCTION

FUNCTION SpentToday(owner)
    rows = FIND "transfers", "owner = '" + owner + "' AND day = '" + FORMAT(TODAY(), "YYYY-MM-DD") + "'"
    RETURN SUM(rows, "amount")
END FUNCTION

me = GET "customer_id"
IF NOT IbanIsValid(to_iban) THEN
    TALK "That IBAN is not valid."
    RETURN { ok: false, reason: "iban" }
END IF

IF amount <= 0 THEN THROW "amount must be positive"

spent = SpentToday(me)
IF spent + amount > daily_limit THEN
    TALK "Your limit is " + FORMAT(daily_limit, "#,##0") + " a day; you have " + FORMAT(daily_limit - spent, "#,##0.00") + " left."
    RETURN { ok: false, reason: "limit" }
END IF

account = FIND "accounts", "owner", me
IF account.balance < amount + fee THEN
    TALK "The balance is too low."
    RETURN { ok: false, reason: "balance" }
END IF

TALK "Send " + FORMAT(amount, "#,##0.00") + " EUR to " + to_iban + "? The fee is " + fee
HEAR sure AS BOOLEAN
IF NOT sure THEN RETURN { ok: false, reason: "cancelled" }

code = GENERATE_CODE 6
SEND SMS account.mobile, "Code " + code + " for " + amount
HEAR typed WITH "Enter the code we sent you" DEFAULT ""
IF typed <> code THEN
    TALK "Wrong code, nothing was sent."
    LOG SESSION "error", "wrong_code"
    RETURN { ok: false, reason: "code" }
END IF

UPDATE "accounts" SET balance = account.balance - amount - fee WHERE id = account.id
INSERT INTO "transfers" WITH owner = me, iban = to_iban, amount = amount, text = text, day = FORMAT(TODAY(), "YYYY-MM-DD"), at = NOW()
LOG SESSION "milestone", "transfer"
TALK "Done."
RETURN { ok: true }
