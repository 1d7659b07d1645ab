PARAM name AS NAME LIKE "John Smith" DESCRIPTION "Full name"
PARAM email AS EMAIL LIKE "john@acme.com" DESCRIPTION "E-mail" REQUIRED
PARAM company AS STRING LIKE "ACME"
PARAM phone AS PHONE LIKE "+1 555 0100" OPTIONAL
PARAM source AS STRING DEFAULT "web" ENUM ["web", "phone", "event"]
PARAM budget AS MONEY LIKE 10000 DEFAULT 0
DESCRIPTION "Captures a sales lead, scores it and assigns it to a salesperson"

lead_id = "LEAD-" + FORMAT(NOW(), "YYYYMMDD") + "-" + FORMAT(RANDOM(1000, 9999), "0000")

existing = FIND "leads", "email = '${email}'"
if existing is not null then
    talk "Welcome back, " + existing.name
    lead_id = existing.id
end if

score = 0
IF budget >= 50000 THEN
    score = score + 40
ELSEIF budget >= 10000 THEN
    score = score + 20
ELSE IF budget > 0 THEN
    score = score + 10
END IF
IF email CONTAINS "@gmail." OR email CONTAINS "@hotmail." THEN score = score - 5
IF company <> "" AND NOT company LIKE "*test*" THEN score += 15

tags = NEW ARRAY
tags.push(source)
IF score > 40 THEN tags.push("hot") ELSE IF score > 20 THEN tags.push("warm") ELSE tags.push("cold")

lead = {
    id: lead_id,
    "name": name,
    email: LCASE(TRIM(email)),
    company: company OR "Unknown",
    phone: phone ?? "",
    score: score,
    tags: JOIN(tags, ";"),
    meta: #{
        created: NOW(),
        by: USERNAME,          ' the session's user
        nested: { deep: [1, 2, 3,], },
    },
}
SAVE "leads", lead.id, lead

owner = FIND "salespeople" WHERE active = TRUE AND region = lead.region ORDER BY load ASC, name LIMIT 1
IF owner THEN
    UPDATE "leads", lead_id, "owner", owner.name
    SEND EMAIL TO owner.email SUBJECT "New lead: " + name BODY "Score " & score
ELSE
    LOG_WARN "nobody to take lead " & lead_id
ENDIF

LOG ACTIVITY "lead", lead_id, score
RECORD METRIC "leads" WITH source = source, score = score
SET BOT MEMORY "lead:" + lead_id, lead
RETURN WITH id AS lead_id, score AS score, owner AS owner.name OR "none"
