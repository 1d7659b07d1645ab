PARAM lead_id AS UUID
DESCRIPTION "Qualifies a lead with four questions"

RETURN CALL "lead-management.bas", "qualify", { id: lead_id }
