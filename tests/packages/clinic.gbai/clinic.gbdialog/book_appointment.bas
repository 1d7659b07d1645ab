PARAM specialty AS STRING LIKE "cardiology" DESCRIPTION "Medical specialty"
PARAM day AS DATE LIKE "2025-03-10" DESCRIPTION "Wished day, YYYY-MM-DD"
PARAM period AS STRING LIKE "morning" DESCRIPTION "morning or afternoon" OPTIONAL
DESCRIPTION "Books an appointment with a doctor of a specialty"

' ---------------------------------------------------------------
' 1. who is it
' ---------------------------------------------------------------
TALK "May I have your full name?"
HEAR name AS NAME

TALK "And your mobile number?"
HEAR mobile AS MOBILE

TALK "When were you born? (DD/MM/YYYY)"
HEAR birth AS DATE

age = DATEDIFF(birth, TODAY(), "year")
IF age < 18 THEN
    TALK "Is a parent or guardian coming along?"
    HEAR adult AS BOOLEAN
    IF NOT adult THEN
        TALK "Minors need an adult with them. Please call " + phone + "."
        RETURN #{ booked: false, reason: "minor" }
    END IF
END IF

' 2. a doctor and a slot
doctors = FIND "doctors.csv", "specialty LIKE '" + specialty + "' AND active = true"
IF UBOUND(doctors) = 0 THEN
    TALK "We have no doctor for ${specialty}."
    RETURN #{ booked: false, reason: "no doctor" }
END IF

slot = NULL
FOR EACH doctor IN doctors
    taken = FIND "appointments", "doctor = '" + doctor.id + "' AND day = '" + day + "'"
    IF UBOUND(taken) < max_per_day THEN
        FOR h = 8 TO 19
            label = FORMAT(h, "00") + ":00"
            IF period = "morning" AND h >= 13 THEN EXIT FOR
            IF period = "afternoon" AND h < 13 THEN CONTINUE
            free = TRUE
            FOR EACH t IN taken
                IF t.hour = label THEN free = FALSE
            NEXT t
            IF free THEN
                slot = label
                EXIT FOR
            END IF
        NEXT h
    END IF
    IF slot <> NULL THEN EXIT FOR
NEXT doctor

IF slot IS NULL THEN
    TALK "That day is full. Another day?"
    HEAR other AS DATE
    RETURN CALL "book_appointment.bas", specialty, other, period
END IF

TALK "Dr. " + doctor.name + " on " + FORMAT(day, "DD/MM/YYYY") + " at " + slot + ". Is that fine?"
HEAR ok AS BOOLEAN

IF ok THEN
    WITH appointment
        id = FORMAT GUID() AS "@"
        doctor = doctor.id
        patient = name
        mobile = mobile
        birth = birth
        day = day
        hour = slot
        created = NOW()
    END WITH
    SAVE "appointments", appointment
    REMEMBER "patient", appointment, "365 days"
    SEND_SMS mobile, "Your appointment: " + FORMAT(day, "DD/MM") + " " + slot + ", " + clinic
    BOOK day + " " + slot, "Appointment " + name, doctor.email
    TALK "Done. We'll remind you a day before."
    RETURN #{ booked: true, id: appointment.id }
ELSE
    TALK "No problem, nothing was booked."
    RETURN #{ booked: false, reason: "declined" }
END IF
