' For who looks after the bot.

' Debug session information
DEBUG SHOW SESSION
DEBUG SHOW CONTEXT
DEBUG SHOW VARIABLES
