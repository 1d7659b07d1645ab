PARAM action AS STRING LIKE "capture" DESCRIPTION "capture, qualify, convert, nurture or close"
PARAM lead_data AS OBJECT DESCRIPTION "The data of the lead"
DESCRIPTION "Everything about leads: capture, qualification, conversion, nurture"

lead_id = GET "session.lead_id"
user_id = GET "session.user_id"
current_time = FORMAT NOW() AS "YYYY-MM-DD HH:mm:ss"

IF action = "capture" THEN
    lead_name = lead_data.name
    lead_email = lead_data.email
    lead_phone = lead_data.phone
    lead_company = lead_data.company
    lead_source = lead_data.source OR "chat"

    IF lead_name = "" THEN
        TALK "What is your name?"
        HEAR lead_name AS NAME
    END IF

    IF lead_email = "" THEN
        TALK "And your e-mail?"
        HEAR lead_email AS EMAIL
    END IF

    IF lead_company = "" THEN
        TALK "Which company are you with?"
        HEAR lead_company
    END IF

    lead_id = FORMAT GUID()

    WITH new_lead
        id = lead_id
        name = lead_name
        email = lead_email
        phone = lead_phone
        company = lead_company
        source = lead_source
        status = "new"
        score = 0
        created_at = current_time
        assigned_to = user_id
    END WITH

    SAVE "leads.csv", new_lead
    SET "session.lead_id", lead_id
    SET "session.lead_status", "new"

    REMEMBER "lead_" + lead_id, new_lead

    CREATE TASK "Qualify lead", lead_name + " of " + lead_company, user_id
    TALK "Thank you, ${lead_name}! I've noted everything."
    RETURN lead_id
END IF

IF action = "qualify" THEN
    lead = FIND "leads.csv", "id = '" + lead_id + "'"

    IF lead = NULL THEN
        TALK "That lead does not exist."
        RETURN NULL
    END IF

    score = 0

    TALK "How many people work in your company?"
    ADD SUGGESTION "1" AS "1-10"
    ADD SUGGESTION "2" AS "11-50"
    ADD SUGGESTION "3" AS "51-200"
    ADD SUGGESTION "4" AS "more than 200"
    HEAR company_size AS INTEGER

    IF company_size = 4 THEN
        score = score + 30
    ELSE IF company_size = 3 THEN
        score = score + 20
    ELSE IF company_size = 2 THEN
        score = score + 10
    END IF

    CLEAR SUGGESTIONS
    TALK "What is the budget?"
    HEAR budget AS MONEY

    IF budget > 100000 THEN
        score = score + 40
    ELSE IF budget > 20000 THEN
        score = score + 25
    ELSE IF budget > 5000 THEN
        score = score + 10
    END IF

    TALK "Do you decide on your own?"
    HEAR decides AS BOOLEAN
    IF decides = TRUE THEN
        score = score + 20
    END IF

    TALK "When do you want to start?"
    HEAR timeline AS "this month", "this quarter", "this year", "no idea"
    SELECT CASE timeline
        CASE "this month"
            score = score + 25
        CASE "this quarter"
            score = score + 15
        CASE "this year"
            score = score + 5
    END SELECT

    IF score >= 70 THEN
        grade = "hot"
    ELSE IF score >= 40 THEN
        grade = "warm"
    ELSE
        grade = "cold"
    END IF

    UPDATE "leads.csv", "id = '" + lead_id + "'", { score: score, status: grade, updated_at: current_time }
    SET "session.lead_status", grade

    IF grade = "hot" THEN
        SEND MAIL "sales@northwind.example", "Hot lead: " + lead.name, "Score " + score + ", budget " + FORMAT(budget, "#,##0")
        CREATE TASK "Call " + lead.name + " today", "Hot lead", "urgent"
    END IF

    RETURN grade
END IF

IF action = "convert" THEN
    lead = FIND "leads.csv", "id = '" + lead_id + "'"
    IF lead.status <> "hot" AND lead.status <> "warm" THEN
        TALK "Only qualified leads can be converted."
        RETURN FALSE
    END IF

    WITH account
        id = FORMAT GUID()
        name = lead.company
        owner = user_id
        created_at = current_time
        revenue = 0
    END WITH
    SAVE "accounts.csv", account

    WITH contact
        id = FORMAT GUID()
        account_id = account.id
        name = lead.name
        email = lead.email
        phone = lead.phone
        is_main = TRUE
    END WITH
    SAVE "contacts.csv", contact

    WITH opportunity
        id = FORMAT GUID()
        account_id = account.id
        contact_id = contact.id
        title = lead.company + " - " + FORMAT(NOW(), "MMM YYYY")
        stage = "qualification"
        probability = 20
        amount = lead.budget ?? 0
        close_date = DATEADD(NOW(), 3, "month")
    END WITH
    SAVE "opportunities.csv", opportunity

    UPDATE "leads.csv", "id = '" + lead_id + "'", "status", "converted"
    SET BOT MEMORY "last_conversion", current_time
    RETURN opportunity.id
END IF

IF action = "nurture" THEN
    leads = FIND "leads.csv", "status = 'cold' OR status = 'warm'"
    sent = 0
    FOR EACH lead IN leads
        days = DATEDIFF(lead.updated_at, NOW(), "day")
        IF days >= 30 THEN
            SEND MAIL lead.email, "Still interested?", "Dear " + lead.name + ",

we haven't heard from you for " + days + " days.
Here's what's new:
  - faster delivery
  - 'Starter' plan for 9 EUR

Kind regards
" + company
            sent = sent + 1
        ELSE IF days >= 14 THEN
            CREATE DRAFT lead.email, "News", "Hello " + lead.name
        END IF
    NEXT lead
    RETURN sent
END IF

IF action = "close" THEN
    TALK "Won or lost?"
    HEAR outcome AS "won", "lost"
    reason = ""
    IF outcome = "lost" THEN
        TALK "Why?"
        HEAR reason
    END IF
    UPDATE "leads.csv" SET status = outcome, reason = reason, closed_at = current_time WHERE id = lead_id
    SET "session.lead_id", NULL
    RETURN outcome
END IF

TALK "I don't know the action " + action
RETURN NULL
