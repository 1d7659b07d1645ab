' A fitting is a conversation of its own: only what comes of it is kept.

' Create sub-session for specific task
sub_session = CREATE SUB SESSION
RUN IN SESSION sub_session, "specialized_task.bas"
MERGE SESSION sub_session

size = GET "size"
TALK "I note size ${size}."
