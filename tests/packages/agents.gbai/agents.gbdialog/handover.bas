PARAM bot AS STRING
DESCRIPTION "Hands the conversation to another bot"
BOT SYNC MEMORY FROM bot
TALK "I hand you to " + bot
TRANSFER CONVERSATION TO bot
