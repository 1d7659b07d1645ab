PARAM topic AS STRING LIKE "late delivery" DESCRIPTION "What the complaint is about"
DESCRIPTION "Takes a complaint, rates how angry the customer is, and tells a person if needed"

TALK "I'm sorry to hear that. Please tell me what happened."
HEAR story

mood = LLM "Answer with one word, calm or angry. How does the writer feel? ---" + story
mood = LCASE(TRIM(mood))

WITH complaint
    id = UUID()
    user = GET SESSION "user_id"
    topic = topic
    text = story
    mood = mood
    at = NOW()
END WITH
SAVE "complaints.csv", complaint

IF mood CONTAINS "angry" THEN
    LOG SESSION "error", "angry customer: " + topic
    SET_PRIORITY SESSION_ID, "high"
    result = TRANSFER TO HUMAN "complaints", "high", story
    IF result.success THEN
        TALK "You'll speak with ${result.assigned_to_name}. You are number ${result.queue_position}."
    END IF
ELSE
    TALK "Thank you. We'll answer within two days. Your reference: " + LEFT(complaint.id, 8)
END IF
