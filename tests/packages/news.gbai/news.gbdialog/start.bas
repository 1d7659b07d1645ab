topics = RECALL "topics"
IF topics THEN
    TALK "You get news about " + JOIN(topics, ", ") + "."
ELSE
    RUN "subscribe.bas"
END IF
