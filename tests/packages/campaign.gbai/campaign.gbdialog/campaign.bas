PARAM name AS STRING LIKE "Black Friday" DESCRIPTION "Campaign name"
PARAM list AS STRING LIKE "customers" DESCRIPTION "Table with the people"
PARAM channels AS ARRAY LIKE ["email", "whatsapp"] OPTIONAL
DESCRIPTION "Starts a marketing campaign"
SET SCHEDULE every monday at 9am
people = FIND ALL list WHERE opt_in = TRUE AND country IN ("BR", "PT") AND NOT (email IS NULL) ORDER BY name
IF people IS NULL THEN RETURN 0
sent = 0
FOR EACH person IN people LAST 100
    vars = { name: FIRST(person.name), code: GENERATE CODE 6, until: FORMAT(NOW() + DAYS(7), "DD/MM") }
    SEND TEMPLATE "promo", "email,whatsapp", person.email, vars
    sent = sent + 1
    IF sent MOD 20 = 0 THEN WAIT 1
END FOR
img = IMAGE "A big sale, in the style of ${name}"
text = LLM "Write a caption for ""${name}"" with at most 100 characters" 
POST TO INSTAGRAM img, text
POST TO "facebook" AT "2025-11-28 09:00" img, text
link = GENERATE SECURE LINK "report.pdf" EXPIRES 7 DAYS
RECORD METRIC "campaign" WITH name = name, sent = sent
m = QUERY METRICS "campaign" FOR "last 7 days" BY "day"
chart = CHART "bar", m
SEND FILE chart, "Results"
DRAFT_TO = "boss@example.com"
CREATE DRAFT DRAFT_TO, "Campaign " + name, "Sent: " + sent
BEGIN MAIL "team@example.com"
Subject: Campaign ${name}

Hi team,
we've sent ${sent} messages.
"Quotes" and 'apostrophes' don't matter; # nor // this.

Bye
END MAIL
SEND EMAIL "a@example.com", "short"
SEND_MAIL "a@example.com,b@example.com", "Subject", "Body", [chart]
GENERATE PDF "out.pdf" WITH TEMPLATE "tpl.docx" DATA {name: name}
GENERATE PDF "tpl.docx", {name: name}, "out2.pdf"
MERGE PDF ["out.pdf", "out2.pdf"], "all.pdf"
RETURN sent
