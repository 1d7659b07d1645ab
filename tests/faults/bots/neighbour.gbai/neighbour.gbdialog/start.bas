' A small honest conversation.
said = 0
DO
    HEAR word
    said = said + 1
    TALK "${said} ${UCASE(word)}"
LOOP
