PARAM subject AS STRING LIKE "taxes" DESCRIPTION "Subject the user chose"
DESCRIPTION "Called when a user changes the subject"
kbname = LLM "Return one word, taxes or services, that fits: ${subject}"
CLEAR KB ALL
USE KB kbname
TALK "You chose ${subject}."
