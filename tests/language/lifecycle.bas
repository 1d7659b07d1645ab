' --- a life of a session: variables and memory
SET "user_name", "Rita"
SET "preference", "email"
name = GET "user_name"
TALK "Hello, " + name                  ' expect: Hello, Rita
SET BOT MEMORY "company_name", "Acme"
company = GET BOT MEMORY "company_name"
TALK company                           ' expect: Acme
' --- a life of a session: channels
' field: channel = "whatsapp"
channel = GET SESSION "channel"
IF channel = "whatsapp" THEN
    ADD SUGGESTION "Call us" AS "phone"
ELSE IF channel = "web" THEN
    SHOW IMAGE "dashboard.png"
END IF
TALK "How can we help?"                ' expect: How can we help? ' buttons: Call us=Call us=phone
' --- a life of a session: signing in
' field: auth_level = "anonymous"
auth_level = GET SESSION "auth_level"
IF auth_level <> "authenticated" THEN
    TALK "Please log in to go on"      ' expect: Please log in to go on | Who are you?
    RUN "auth.bas"                     ' hear: rita ' variable: login = "rita"
END IF
' file: auth
TALK "Who are you?"
HEAR login
SET "login", login
' --- a life of a session: the first visit
' field: user_id = ""
user_id = GET SESSION "user_id"
IF user_id = "" THEN
    TALK "Welcome!"                    ' expect: Welcome! | Let us begin.
    RUN "onboarding.bas"
ELSE
    TALK "Welcome back!"
END IF
' file: onboarding
TALK "Let us begin."
' --- a life of a session: coming back
' field: last_interaction = "my order"
last_message = GET SESSION "last_interaction"
IF last_message <> "" THEN
    TALK "Welcome back! We spoke of: " + last_message  ' expect: Welcome back! We spoke of: my order
END IF
important_data = GET "order_details"
SET BOT MEMORY "user_" + user_id + "_last_order", important_data
