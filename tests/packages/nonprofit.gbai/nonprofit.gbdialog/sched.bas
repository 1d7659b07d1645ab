REM Check reminders
SET SCHEDULE "*/5 * * * *"

reminders = FIND "reminders.csv", "notified=0"

FOR EACH reminder in reminders
    TALK TO reminder.user, "Reminder: " + reminder.subject + " at " + FORMAT(reminder.when, "HH:mm")
    reminder.notified = 1
    SAVE "reminders.csv", reminder
NEXT reminder
