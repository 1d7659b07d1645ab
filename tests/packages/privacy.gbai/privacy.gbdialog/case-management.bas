PARAM action AS STRING
PARAM case_data AS OBJECT

user_id = GET "session.user_id"
case_id = GET "session.case_id"
contact_id = GET "session.contact_id"
current_time = FORMAT NOW() AS "YYYY-MM-DD HH:mm:ss"

IF action = "create_case" THEN
    subject = GET "case_data.subject"
    description = GET "case_data.description"
    priority = GET "case_data.priority"

    IF subject = "" THEN
        TALK "Please describe the issue you're experiencing:"
        subject = HEAR
    END IF

    IF priority = "" THEN
        TALK "How urgent is this issue?"
        TALK "1 - Critical (Business stopped)"
        TALK "2 - High (Major impact)"
        priority_choice = HEAR

        IF priority_choice = "1" THEN
            priority = "critical"
        ELSE IF priority_choice = "2" THEN
            priority = "high"
        ELSE
            priority = "low"
        END IF
    END IF

    case_number = "CS-" + FORMAT NOW() AS "YYYYMMDD" + "-" + FORMAT RANDOM(1000, 9999)

    new_case = CREATE OBJECT
    SET new_case.id = FORMAT GUID()
    SET new_case.case_number = case_number
    SET new_case.subject = subject
    SET new_case.description = description
    SET new_case.status = "new"
    SET new_case.priority = priority
    SET new_case.created_at = current_time

    SAVE_FROM_UNSTRUCTURED "cases", FORMAT new_case AS JSON

    SET "session.case_id" = new_case.id
    REMEMBER "case_" + new_case.id = new_case

    TALK "Case created: " + LEFT(case_number, 3) + " with priority " + priority

    IF priority = "critical" THEN
        notification = "CRITICAL CASE: " + case_number + " - " + subject
        TALK notification
    END IF
END IF

IF action = "search" THEN
    search_term = GET "case_data.search_term"
    IF search_term = "" THEN
        TALK "Enter case number, subject, or customer name:"
        search_term = HEAR
    END IF

    cases = FIND "cases", "case_number LIKE '%" + search_term + "%' OR subject LIKE '%" + search_term + "%'"

    IF cases = NULL THEN
        TALK "No cases found matching: " + search_term
    ELSE
        TALK "Found cases:"
        FOR EACH case IN cases DO
            TALK LEFT(case.case_number, 2) + " - " + case.subject + " (" + case.status + ")"
        END FOR
    END IF
END IF

IF action = "report" THEN
    all_cases = FIND "cases"
    by_status = GROUP BY all_cases, "status"
    critical = 0
    FOR EACH case IN all_cases
        IF case.priority = "critical" AND NOT case.status = "closed" THEN
            critical = critical + 1
        END IF
    NEXT
    TALK "Total: " + UBOUND(all_cases) + ", critical: " + critical
END IF
