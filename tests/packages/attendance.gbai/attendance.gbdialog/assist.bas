PARAM session_id AS STRING
PARAM message AS STRING
DESCRIPTION "Helps an attendant to answer"

sentiment = ANALYZE SENTIMENT session_id, message
tips = GET TIPS session_id, message
replies = GET SMART REPLIES session_id
history = GET CUSTOMER HISTORY session_id

IF sentiment.overall = "negative" AND sentiment.escalation_risk = "high" THEN
    ESCALATE TO SUPERVISOR
END IF

SELECT CASE sentiment.overall
    CASE "positive", "neutral"
        tone = "friendly"
    CASE "negative"
        tone = "empathetic"
    DEFAULT
        tone = "formal"
END SELECT

better = POLISH MESSAGE message, tone
RETURN WITH tips AS tips, replies AS replies, better AS better, orders AS COUNT(history)
