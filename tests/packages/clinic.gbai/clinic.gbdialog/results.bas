PARAM cpf AS STRING LIKE "123.456.789-09" DESCRIPTION "Tax number of the patient"
PARAM birth AS DATE LIKE "1980-05-20" DESCRIPTION "Date of birth"
DESCRIPTION "Sends the exam results to the patient"

patient = FIND "patients", "cpf", cpf

IF ISNULL(patient) OR patient.birth <> birth THEN
    tries = GET "tries"
    tries = tries + 1
    SET "tries", tries
    IF tries >= 3 THEN
        TALK "Too many attempts. Please call the front desk."
        LOG_WARN "results: three wrong attempts, session " + SESSION_ID
        END SESSION
    END IF
    TALK "The data do not match."
    RETURN
END IF

code = GENERATE CODE 6
SEND SMS patient.mobile, "Code: " + code
TALK "I've sent you a code by SMS. What is it?"
HEAR typed

IF typed <> code THEN
    TALK "That is not the code."
    RETURN
END IF

exams = FIND "exams", "patient = '" + patient.id + "' AND ready = true"
FOR EACH exam IN exams
    link = GENERATE SECURE LINK exam.file EXPIRES 7 DAYS
    TALK exam.name + ": " + link
NEXT exam

IF UBOUND(exams) = 0 THEN TALK "Your results are not ready yet."
