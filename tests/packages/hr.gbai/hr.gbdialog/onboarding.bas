REM ---------------------------------------------------------------
REM  Onboarding of a new colleague, from the first hello to the
REM  checklist that IT and the office get. Long but linear.
REM ---------------------------------------------------------------

LET step = 1
LET employee = #{}

SUB Section(title)
    TALK "— " + title + " —"
    step = step + 1
END SUB

FUNCTION Ask(question, type)
    TALK question
    SELECT CASE type
        CASE "date"
            HEAR a AS DATE
        CASE "email"
            HEAR a AS EMAIL
        CASE "mobile"
            HEAR a AS MOBILE
        CASE "number"
            HEAR a AS NUMBER
        CASE "yes"
            HEAR a AS BOOLEAN
        CASE "name"
            HEAR a AS NAME
        CASE ELSE
            HEAR a
    END SELECT
    RETURN a
END FUNCTION

FUNCTION Confirm(question)
    RETURN Ask(question, "yes")
END FUNCTION

' ---- who ------------------------------------------------------
CALL Section("About you")
employee.name = Ask("What is your full name?", "name")
employee.nick = FIRST employee.name
TALK "Nice to meet you, " + employee.nick + "!"
employee.birth = Ask("Your birthday?", "date")
employee.mobile = Ask("Your mobile number?", "mobile")
employee.email = Ask("Your private e-mail?", "email")

age = DATEDIFF("year", employee.birth, TODAY())
IF age < 16 THEN
    TALK "That birthday cannot be right. Let's try again."
    employee.birth = Ask("Your birthday?", "date")
END IF

' ---- work -----------------------------------------------------
CALL Section("Your work")
TALK "Which team do you join?"
HEAR team AS "Engineering", "Sales", "Finance", "People", "Other"
employee.team = team

IF team = "Other" THEN
    employee.team = Ask("Which one?", "text")
END IF

employee.start = Ask("When do you start?", "date")
IF employee.start < FORMAT(TODAY(), "YYYY-MM-DD") THEN
    TALK "That was " + DATEDIFF(employee.start, TODAY(), "day") + " days ago. Fine, then we catch up."
END IF

employee.remote = Confirm("Will you work from home?")
IF employee.remote THEN
    employee.city = Ask("From which city?", "text")
    employee.desk = FALSE
ELSE
    employee.city = "Lisbon"
    employee.desk = Confirm("Do you need a desk of your own?")
END IF

' ---- equipment ------------------------------------------------
CALL Section("Your equipment")
needs = []
IF Confirm("A laptop?") THEN needs.push("laptop")
IF Confirm("A second screen?") THEN needs.push("screen")
IF Confirm("A phone?") THEN needs.push("phone")
IF Confirm("A headset?") THEN needs.push("headset")
more = "x"
WHILE more <> "done"
    TALK "Anything else? Say 'done' when that's all."
    HEAR more AS "chair", "keyboard", "mouse", "done", *
    IF more <> "done" THEN PUSH needs, more
WEND
employee.needs = UNIQUE(needs)

' ---- papers ---------------------------------------------------
CALL Section("Papers")
documents = ["contract", "id card", "tax number", "bank account"]
missing = []
FOR EACH document IN documents
    have = Confirm("Do you have your " + document + " at hand?")
    IF NOT have THEN
        PUSH missing, document
    END IF
NEXT document

IF UBOUND(missing) > 0 THEN
    TALK "Please bring on the first day: " + JOIN(missing, ", ")
END IF

' ---- food -----------------------------------------------------
CALL Section("Lunch")
TALK "What do you eat?"
HEAR food AS MENU "everything", "vegetarian", "vegan"
employee.food = food
IF food = "vegan" THEN
    note = "no animal products"
ELSEIF food = "vegetarian" THEN
    note = "no meat, no fish"
ELSE
    note = ""
END IF

' ---- save -----------------------------------------------------
employee.id = UUID()
employee.created = NOW()
employee.status = "onboarding"
SAVE "employees", employee

' ---- tasks ----------------------------------------------------
first_day = employee.start
CREATE TASK "Accounts for " + employee.name, "mail, chat, calendar", "high", "it", DATEADD(first_day, -3, "day")
CREATE TASK "Equipment for " + employee.name, JOIN(employee.needs, ", "), "high", "it", DATEADD(first_day, -2, "day")
IF employee.desk THEN
    CREATE TASK "Desk for " + employee.name, "in " + employee.city, "normal", "office"
END IF
CREATE TASK "Lunch for " + employee.name, food + " " + note, "low", "office", first_day
FOR EACH document IN missing
    CREATE TASK "Get " + document, "from " + employee.name, "normal", "people"
NEXT document

' ---- mails ----------------------------------------------------
letter = "<html>
<head><meta charset='utf-8'><style>
  body { font-family: Arial; color: #333 }
  .box { border: 1px solid #ccc; padding: 12px }
</style></head>
<body>
  <h1>Welcome to ${company}, ${employee.nick}!</h1>
  <p>You start on <b>${FORMAT(first_day, "dddd, DD MMMM YYYY")}</b> in ${employee.city}.</p>
  <div class='box'>
    <p>You'll get: ${JOIN(employee.needs, ", ")}</p>
  </div>
  <p>See you soon,<br>People team</p>
</body>
</html>"
SEND MAIL employee.email, "Welcome to " + company, letter
SEND MAIL hr_mail, "New colleague: " + employee.name, TOJSON(employee)

BEGIN TALK
    All done, ${employee.nick}!

    | what      | when |
    |-----------|------|
    | first day | ${FORMAT(first_day, "DD/MM/YYYY")} |
    | lunch     | 12:30 |

    Bring: ${JOIN(missing, ", ")}
END TALK

LOG SESSION "milestone", "onboarded"
RETURN employee.id
