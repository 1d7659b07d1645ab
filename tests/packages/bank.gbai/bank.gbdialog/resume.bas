' the customer comes back after a while
name = GET SESSION "user_name"
TALK "Welcome back" + IIF(name = "", "", ", " + name) + "."
IF GET SESSION "auth_level" <> "anonymous" THEN RUN "balance"
