' The bot itself ends the session.
TALK "Goodbye, and mind the cliff."
END SESSION
