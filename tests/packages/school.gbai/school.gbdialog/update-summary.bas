SET SCHEDULE "0 0 * * *"
' Daily: shorten the circulars for quick answers
SET BOT MEMORY "resume", ""
text = GET "school.gbkb/circulars/latest.txt"
IF text THEN
    resume = LLM "Summarize, at most 50 words: " + text
    SET BOT MEMORY "resume", resume
END IF
