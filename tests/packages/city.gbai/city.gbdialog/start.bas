' City hall
SET CONTEXT "city" AS "Services of the city of ${city}"
USE KB "services"
USE KB "taxes"
USE_WEBSITE("https://city.example", "30d")
CLEAR_SUGGESTIONS
ADD_SUGGESTION "circular" AS "Latest news"
ADD_SUGGESTION "report" AS "Report a problem"
ADD_SUGGESTION "appointment" AS "Appointment"
resume = GET BOT MEMORY("resume")
IF resume <> "" THEN TALK resume
BEGIN TALK

Welcome to the city of **${city}**.

You can ask about:
  * waste & water
  * taxes ("IMI")
  * parking

It's open 24/7.

END TALK
BEGIN SYSTEM PROMPT
Answer shortly, in Portuguese of Portugal.
If someone's in danger, say: "112".
END SYSTEM PROMPT
