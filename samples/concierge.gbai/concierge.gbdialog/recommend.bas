' Asks the language model, which is told what we know.

' Add context for better responses
SET CONTEXT "user_profile" AS "Premium customer since 2020"
SET CONTEXT "preferences" AS "Prefers technical documentation"

' Context is automatically included in LLM prompts
response = LLM "What products should I recommend?"
TALK response
