PARAM email AS EMAIL
PARAM name AS NAME
DESCRIPTION "Starts the welcome series of four mails"

SET SCHEDULE DATEADD(NOW(), 1, "day"), "welcome-mail.bas"
SET SCHEDULE "0 9 * * 1" DATEADD(NOW(), 7, "day"), "welcome-mail.bas"
SEND_TEMPLATE email, "welcome-0", { name: name }
SET BOT MEMORY "series_" + email, 0
LOG ACTIVITY "series started", email
