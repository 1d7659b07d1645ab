' the contact form of the web site
ON FORM SUBMIT "contact"
    name = fields.name
    email = fields.email
    message = fields.message
    origin = metadata.page

    IF email = "" THEN
        LOG_ERROR "form without e-mail from " + origin
        EXIT
    END IF

    WITH lead
        name = name
        email = email
        text = message
        source = origin
        created = NOW()
    END WITH
    SAVE "leads.csv", lead

    SEND TEMPLATE TO email, "welcome", { name: name }
    TRIGGER "lead_created", lead
END ON
