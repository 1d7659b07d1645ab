' three tools in one file, as it grew
PARAM city AS STRING LIKE "Lisbon"
DESCRIPTION "Weather of a city"
w = WEATHER city
RETURN w

PARAM city AS STRING LIKE "Lisbon"
PARAM day AS DATE LIKE "2025-01-01"
DESCRIPTION "Events of a city"
events = GET "https://events.example/" + city + "?day=" + day
RETURN events

PARAM text AS STRING
PARAM language AS STRING LIKE "pt"
DESCRIPTION "Translates a text"
RETURN TRANSLATE text, language
