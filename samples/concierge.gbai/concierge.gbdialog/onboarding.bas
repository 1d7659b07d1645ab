' What is asked of somebody nobody knows yet.
HEAR name AS NAME WITH "What may I call you?" DEFAULT "friend"
SET "user_name", name

TALK "How shall we write to you, ${name}?"
HEAR preference AS MENU "email", "phone", "not at all"
SET "preference", preference
LOG SESSION "milestone", "onboarded"
