result = LLM "Summarize: ${text}" WITH OPTIMIZE FOR "speed"
x = LLM "a" + b WITH MAX_COST 0.05
answer = LLM "Classify this into: bug, feature, other.
Return JSON only:
{\"category\": \"...\", \"priority\": 1}
Message: " + message
IF answer.category = "bug" OR answer.priority > 3 THEN
    TALK answer.category
END IF
prompt = "Hello " +
         name +
         ", how are you?" & " " &
         "Fine."
reply = LLM(prompt)
USE MODEL "quality"
ok = CONTAINS(LCASE(reply), "yes") OR reply LIKE "*sim*"
parts = SPLIT(reply, "\n")
first = parts[0]
TALK first
FOR i = 0 TO UBOUND(parts) - 1
  part = TRIM(parts[i])
  IF part = "" THEN CONTINUE
  IF LEFT(part, 1) = "-" THEN
     part = MID(part, 2)
  END IF
  TALK (i + 1) + ". " + part
NEXT i
