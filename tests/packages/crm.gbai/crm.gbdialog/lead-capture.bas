PARAM name AS NAME LIKE "Maria Lopes" DESCRIPTION "Name of the lead"
PARAM email AS EMAIL LIKE "maria@example.com" DESCRIPTION "E-mail"
PARAM company AS STRING LIKE "Acme" DESCRIPTION "Company"
PARAM phone AS PHONE LIKE "11987654321" DESCRIPTION "Phone" OPTIONAL
PARAM source AS STRING ENUM ["web", "fair", "referral"] DEFAULT "web"
DESCRIPTION "Captures a new lead"

existing = FIND "leads.csv", "email = '" + email + "'"
IF UBOUND(existing) > 0 THEN
    lead = existing[0]
    TALK "We know you already, " + lead.name + "."
    RETURN lead
END IF

lead = {
    "id": UUID(),
    "name": name,
    "email": email,
    "company": company,
    "phone": phone,
    "source": source,
    "created": NOW()
}
SAVE "leads.csv", lead

score = AI SCORE LEAD lead
IF score.grade = "A" OR score.grade = "B" THEN
    NOTIFY AGENT "sales" WITH { lead: lead.id, grade: score.grade }
END IF

UPDATE LEAD SCORE lead.id, score.score
RETURN lead.id
