' for us only
IF CHANNEL = "console" THEN
    DEBUG SHOW SESSION
    DEBUG SHOW CONTEXT
    DEBUG SHOW VARIABLES
    TALK "Memory: " + GET SESSION "memory_used" + " of " + GET SESSION "memory_limit"
END IF
