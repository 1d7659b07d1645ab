' =====================================================================
'  CLAIM: takes a whole claim of a car, home or travel insurance.
'  Written by three people over two years, please keep the order.
'
'   part 1   who is it
'   part 2   what happened
'   part 3   details by kind
'   part 4   money
'   part 5   decision
'   part 6   letters, tasks, log
' =====================================================================
PARAM policy_number AS STRING LIKE "FS-123456" DESCRIPTION "Number of the policy" OPTIONAL   ' may be asked
PARAM kind AS "car", "home", "travel"
DESCRIPTION "Takes a claim from the first word to the decision"

MAX_PHOTOS = 10
today_text = FORMAT(TODAY(), "YYYY-MM-DD")
claim = NEW OBJECT
claim.log = NEW ARRAY
problems = []

' --------------------------------------------------------------------
' helpers
' --------------------------------------------------------------------
SUB Note(text)
    entry = #{ at: NOW(), text: text }
    claim.log.push(entry)
    LOG "claim: " + text
END SUB

SUB Problem code, text
    problems.push({ code: code, text: text })
    Note("problem " + code)
END SUB

FUNCTION AskText(question, least)
    answer = ""
    tries = 0
    DO
        TALK question
        HEAR answer
        answer = TRIM(answer)
        tries = tries + 1
        IF LEN(answer) < least AND tries < 3 THEN TALK "A little more, please."
    LOOP UNTIL LEN(answer) >= least OR tries = 3
    RETURN answer
END FUNCTION

FUNCTION AskMoney(question)
    TALK question
    HEAR m AS MONEY DEFAULT 0
    RETURN m
END FUNCTION

FUNCTION AskYes(question)
    TALK question
    HEAR y AS BOOLEAN DEFAULT FALSE
    RETURN y
END FUNCTION

FUNCTION Between(n, low, high)
    IF n < low THEN RETURN low
    IF n > high THEN RETURN high
    RETURN n
END FUNCTION

' --------------------------------------------------------------------
' part 1: who is it
' --------------------------------------------------------------------
IF policy_number = "" OR policy_number IS NULL THEN
    TALK "What is the number of your policy? It begins with FS-"
    HEAR policy_number AS STRING
END IF

policy_number = UCASE(REPLACE(TRIM(policy_number), " ", ""))
IF LEFT(policy_number, 3) <> "FS-" THEN policy_number = "FS-" + policy_number

policies = FIND "policies.csv", "number = '" + policy_number + "'"
IF UBOUND(policies) = 0 THEN
    TALK "I don't find policy ${policy_number}."
    TALK "Shall I look by your tax number?"
    HEAR by_tax AS BOOLEAN
    IF by_tax THEN
        HEAR tax AS CPF WITH "Your tax number?"
        policies = FIND "policies.csv", "tax = '" + tax + "' AND kind = '" + kind + "'"
    END IF
END IF

IF UBOUND(policies) = 0 THEN
    TALK "Please call us at ${hotline}."
    LOG SESSION "error", "no policy " + policy_number
    RETURN { accepted: FALSE, reason: "no policy" }
ELSEIF UBOUND(policies) > 1 THEN
    labels = []
    FOR EACH p IN policies
        labels[UBOUND(labels)] = p.number + " " + p.object
    NEXT p
    TALK "You have several. Which one?"
    HEAR which AS labels
    policy = NULL
    FOR EACH p IN policies
        IF which LIKE p.number + "*" THEN policy = p
    NEXT p
ELSE
    policy = policies[0]
END IF

claim.id = "C" + FORMAT(NOW(), "YYMMDD") + "-" + RANDOM(1000, 9999)
claim.policy = policy.number
claim.kind = kind
claim.holder = policy.holder
claim.opened = NOW()
Note("opened")

IF policy.valid_until < today_text THEN
    CALL Problem "expired", "The policy ended on " + policy.valid_until
END IF
IF policy.paid = FALSE THEN CALL Problem "unpaid", "The last premium is not paid"

TALK "Hello ${policy.holder}, I'm sorry that something happened. Let's go through it step by step."

' --------------------------------------------------------------------
' part 2: what happened
' --------------------------------------------------------------------
TALK "When did it happen?"
HEAR happened AS DATE
claim.happened = happened
age = DATEDIFF(happened, TODAY(), "day")
IF age < 0 THEN
    TALK "That is in the future. I take today."
    claim.happened = today_text
    age = 0
ELSE IF age > 30 THEN
    CALL Problem "late", "Reported after ${age} days"
END IF

claim.place = AskText("Where did it happen?", 3)
claim.story = AskText("Please describe what happened, in a few sentences.", 20)
claim.hurt = AskYes("Was anybody hurt?")
IF claim.hurt THEN
    claim.persons = []
    more = TRUE
    WHILE more
        TALK "Name of the person?"
        HEAR person AS NAME
        TALK "Is ${person} in hospital?"
        HEAR hospital AS BOOLEAN
        PUSH claim.persons, { name: person, hospital: hospital }
        IF hospital THEN
            CALL Problem "hospital", person + " is in hospital"
        END IF
        more = AskYes("Anybody else?") AND UBOUND(claim.persons) < 10
    WEND
END IF

claim.police = AskYes("Did the police come?")
IF claim.police THEN
    claim.police_number = AskText("Number of the police report?", 1)
ELSE IF claim.hurt THEN
    CALL Problem "no-police", "Hurt persons but no police"
END IF

' --------------------------------------------------------------------
' part 3: details by kind
' --------------------------------------------------------------------
amount = 0
SELECT CASE kind
    CASE "car"
        TALK "Your plate?"
        HEAR plate
        claim.plate = UCASE(plate)
        IF claim.plate <> policy.plate THEN CALL Problem "plate", "Plate ${claim.plate} is not ${policy.plate}"
        claim.other = AskYes("Was another car involved?")
        IF claim.other THEN
            WITH other
                .plate = AskText("Its plate?", 2)
                .driver = AskText("Name of its driver?", 2)
                .insurer = AskText("Its insurance company?", 2)
                .fault = AskYes("Was it the other's fault?")
            END WITH
            claim.other_car = other
        END IF
        TALK "Where is the damage?"
        HEAR damage AS "front", "back", "left", "right", "roof", "glass", "engine"
        claim.damage = damage
        SWITCH damage
            CASE "glass"
                amount = 400
            CASE "engine"
                amount = 4000
            CASE "front", "back"
                amount = 1800
            DEFAULT
                amount = 1200
        END SWITCH
        claim.drivable = AskYes("Can you still drive it?")
        IF NOT claim.drivable THEN
            claim.tow = AskYes("Shall we send a tow truck?")
            IF claim.tow THEN
                amount = amount + 150
                TALK "The tow truck is on its way to ${claim.place}."
                SEND SMS "+351911000111", "Tow: " + claim.place + " " + claim.plate
            END IF
            claim.rental = AskYes("Do you need a car for the time?")
            IF claim.rental THEN amount = amount + 35 * 7
        END IF

    CASE "home"
        TALK "What was it?"
        HEAR cause AS "water", "fire", "storm", "theft", "glass", "other"
        claim.cause = cause
        claim.rooms = []
        DO
            TALK "Which room? ('done' when that's all)"
            HEAR room AS "kitchen", "bath", "living room", "bedroom", "done", *
            IF room = "done" THEN EXIT DO
            FOR EACH r IN claim.rooms
                IF r = room THEN
                    TALK "I have the ${room} already."
                    room = ""
                    EXIT FOR
                END IF
            NEXT r
            IF room <> "" THEN claim.rooms.push(room)
        LOOP WHILE claim.rooms.length < 12

        IF cause = "theft" THEN
            IF NOT claim.police THEN CALL Problem "no-police", "Theft without police report"
            claim.items = []
            more = TRUE
            DO WHILE more
                thing = AskText("What was taken?", 2)
                value = AskMoney("What was it worth?")
                receipt = AskYes("Do you have the receipt?")
                claim.items.push({ name: thing, value: value, receipt: receipt })
                IF NOT receipt THEN value = value / 2
                amount = amount + value
                more = AskYes("Anything else?")
            LOOP
        ELSE
            FOR EACH room IN claim.rooms
                repair = AskMoney("What will the repair of the ${room} cost, roughly?")
                amount = amount + repair
            NEXT room
        END IF
        IF cause = "water" AND AskYes("Is water still running?") THEN
            TALK "Please close the main valve now! A plumber will call you."
            CREATE TASK "Plumber to " + claim.place, claim.story, "urgent"
        END IF

    CASE "travel"
        TALK "What was it?"
        HEAR trouble AS "cancelled", "delayed", "luggage", "illness"
        IF trouble = "cancelled" THEN
            amount = AskMoney("What did the trip cost?")
            reason = AskText("Why was it cancelled?", 5)
        ELSEIF trouble = "delayed" THEN
            TALK "How many hours?"
            HEAR hours AS NUMBER
            IF hours < 4 THEN
                CALL Problem "short", "A delay of " + hours + " hours is not covered"
            ELSE
                amount = Between(INT(hours / 4) * 75, 75, 600)
            END IF
        ELSEIF trouble = "luggage" THEN
            TALK "How many bags?"
            HEAR bags AS INTEGER
            FOR b = 1 TO bags
                amount = amount + AskMoney("Value of bag " + b + "?")
            NEXT b
            IF amount > 1500 THEN amount = 1500
        ELSE
            amount = AskMoney("What did the doctor cost?")
            amount = amount + AskMoney("And the medicine?")
        END IF
        claim.trouble = trouble

    CASE ELSE
        TALK "I don't know insurances of the kind ${kind}."
        RETURN { accepted: FALSE, reason: "kind" }
END SELECT

' --------------------------------------------------------------------
' part 4: money
' --------------------------------------------------------------------
claim.asked = amount
own = IIF(kind = "travel", 0, deductible)
IF policy.deductible IS NOT NULL AND policy.deductible <> "" THEN own = policy.deductible
covered = policy.covered OR 10000

paid = amount - own
IF paid < 0 THEN paid = 0
IF paid > covered THEN
    paid = covered
    CALL Note("capped at " & covered)
END IF
claim.own = own
claim.amount = ROUND(paid, 2)

TALK "You ask for " + FORMAT(amount, "#,##0.00") + " €. Your share is " + FORMAT(own, "#,##0.00") + " €."

TALK "To which account shall we pay? (IBAN)"
HEAR iban
iban = UCASE(REPLACE(iban, " ", ""))
IF NOT iban LIKE "PT50*" THEN
    IF LEN(iban) < 15 THEN CALL Problem "iban", "IBAN looks wrong"
END IF
claim.iban = iban

' --------------------------------------------------------------------
' part 5: decision
' --------------------------------------------------------------------
' no problem and little money -> at once
' problems, but small ones    -> a person looks at it
' hurt persons, much money    -> a person, today
serious = FALSE
FOR EACH p IN problems
    IF p.code IN ["hospital", "expired", "no-police"] THEN
        serious = TRUE
        EXIT FOR
    END IF
NEXT p

IF UBOUND(problems) = 0 AND paid <= 1000 THEN
    claim.status = "accepted"
ELSE IF serious OR paid > 20000 THEN
    claim.status = "urgent"
ELSE
    claim.status = "review"
END IF
claim.problems = problems
Note("decided " + claim.status)

' a second look by the model, only when a person looks anyway
IF claim.status <> "accepted" THEN
    opinion = LLM "You are a claims expert. Is this claim plausible?
Answer with JSON: {\"plausible\": true or false, \"why\": \"one sentence\"}

Story: ${claim.story}
Kind: ${kind}
Amount: ${FORMAT(amount, "#,##0.00")}
Problems: ${JOIN(MAP(problems, "text"), "; ")}
"
    claim.plausible = opinion.plausible
    claim.why = opinion.why
END IF

' --------------------------------------------------------------------
' part 6: letters, tasks, log
' --------------------------------------------------------------------
SAVE "claims", claim
SET "session.claim_id", claim.id
SET BOT MEMORY "last_claim_" + policy.number, claim.id

IF claim.status = "accepted" THEN
    TALK "Good news: we pay " + FORMAT(claim.amount, "#,##0.00") + " € within three days."
    POST "https://payments.example/v1/transfers", { iban: iban, amount: claim.amount, text: claim.id }
    IF ERROR THEN
        CALL Problem "payment", ERROR MESSAGE
        CREATE TASK "Pay claim " + claim.id, ERROR MESSAGE, "high", "finance"
        CLEAR ERROR
    END IF
ELSEIF claim.status = "urgent" THEN
    TALK "A colleague looks at it today."
    CREATE TASK "Claim " + claim.id, claim.story, "urgent", "claims", TODAY()
    agent = GET AVAILABLE AGENT
    IF agent <> "" THEN TRANSFER SESSION agent
ELSE
    TALK "We look at it and write to you within a week."
    CREATE TASK "Claim " + claim.id, claim.story, "normal", "claims", DATEADD(TODAY(), 7, "day")
END IF

rows = ""
FOR EACH entry IN claim.log
    rows = rows + "<tr><td>" + FORMAT(entry.at, "HH:mm:ss") + "</td><td>" + entry.text + "</td></tr>"
NEXT entry

letter = "<!DOCTYPE html>
<html lang='en'>
  <head>
    <meta charset=\"utf-8\">
    <style>
      body { font: 14px sans-serif; }
      #total { font-weight: bold }   /* the sum */
    </style>
  </head>
  <body>
    <p>Dear ${policy.holder},</p>
    <p>we've got your claim <b>${claim.id}</b> of ${FORMAT(claim.happened, "DD MMMM YYYY")}.</p>
    <p id='total'>Amount: ${FORMAT(claim.amount, "#,##0.00")} €</p>
    <table>${rows}</table>
    <p>Yours,<br/>${insurer}</p>
    <!-- IF you print this, THEN keep it -->
  </body>
</html>"

IF policy.email <> "" THEN
    SEND MAIL policy.email, "Your claim " + claim.id, letter
ELSE
    TALK "We have no e-mail of you. May I have it?"
    HEAR email AS EMAIL
    IF email <> "" THEN
        UPDATE "policies.csv" SET email = email WHERE number = policy.number
        SEND MAIL email, "Your claim " + claim.id, letter
    END IF
END IF

LOG SESSION "milestone", "claim " + claim.status
RETURN WITH id AS claim.id, status AS claim.status, amount AS claim.amount, problems AS UBOUND(problems)
