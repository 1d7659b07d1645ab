TALK "Hello! Ask me anything, or say 'person' to talk to one."
HEAR text
IF LCASE(text) CONTAINS "person" THEN
    RUN "handoff.bas"
ELSE
    TALK LLM text
END IF
