TABLE donors
    id uuid key
    name string(100)
    email string(150)
    total number(12,2)
    last_gift date
    active boolean
    notes text
    manager references users
END TABLE

TABLE gifts ON maria
    id number key
    donor_id number references donors
    amount double
    created_at datetime
END TABLE

PARAM donor_email AS EMAIL LIKE "ann@x.org" DESCRIPTION "Email"
PARAM amount AS MONEY LIKE 50.00 DESCRIPTION "Amount" REQUIRED
PARAM frequency AS "once", "monthly", "yearly" DEFAULT "once"
DESCRIPTION "Registers a gift"

donor = FIND "donors" WHERE email = donor_email FIRST
IF donor IS NULL THEN
    WITH donor
        id = UUID()
        email = donor_email
        name = donor_email
        total = 0
        active = TRUE
    END WITH
END IF

donor.total = donor.total + amount
donor.last_gift = TODAY()
SAVE "donors", donor
tier = donor.total >= 1000 ? "gold" : donor.total >= 100 ? "silver" : "bronze"

SAVE "gifts" WITH
    id AS RANDOM(1, 99999),
    donor_id AS donor.id,
    amount AS amount,
    created_at AS NOW()

ok = TRUE
IF frequency = "monthly" AND ok THEN SET SCHEDULE "0 9 1 * *", "gift-reminder.bas"
CREATE_TASK "Thank " + donor.name, "high", NULL
LOG SESSION "milestone", "gift_" + frequency
RETURN WITH ok AS ok, tier AS tier, total AS donor.total
