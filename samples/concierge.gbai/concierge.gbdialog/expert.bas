' From now on the bot knows what a support agent knows.

' Apply template to session
APPLY SESSION TEMPLATE "support_agent"
' Automatically loads KBs, tools, and context
TALK "Ask me anything about your device."
