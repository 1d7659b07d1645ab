ADD TOOL "flights"
ADD TOOL "hotel"
ADD TOOL "packing"
CLEAR SUGGESTIONS
ADD SUGGESTION "flights" AS "Flights"
ADD SUGGESTION "hotels" AS "Hotels"
lang = GET SESSION "language"
IF lang = "pt" THEN
    TALK "Olá! Para onde vamos?"
ELSE IF lang = "es" THEN
    TALK "¡Hola! ¿Adónde vamos?"
ELSE
    TALK "Hello! Where are we going?"
END IF
