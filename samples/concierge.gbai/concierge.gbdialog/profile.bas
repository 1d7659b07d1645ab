' A profile for trying things out: a session of its own, in the company all sessions know.

' Set a variable for this session
SET "user_name", "John"
SET "preference", "email"

' Retrieve variables
name = GET "user_name"
TALK "Hello, " + name

TALK "You are talking with ${GET BOT MEMORY "company_name"}."
