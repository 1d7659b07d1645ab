DESCRIPTION "Weather"
PARAM city AS STRING LIKE "London" DESCRIPTION "City name"
REM ---- call ----
weather_url = "https://wttr.in/" + REPLACE(city, " ", "+") + "?format=j1"
data = GET weather_url
IF data.current_condition THEN
    c = data.current_condition[0]
    TALK "🌡️ " & city & ": " & c.temp_C & "°C (" & c.weatherDesc[0].value & ")"
    code = VAL(c.weatherCode)
    icon = ""
    IF code = 113 THEN
        icon = "☀️"
    ELSEIF code >= 116 AND code <= 122 THEN
        icon = "⛅"
    ELSE
        icon = "🌧️"
    ENDIF
    forecast = data.weather
    FOR EACH day IN forecast LAST 2
        TALK day.date & " " & day.mintempC & "–" & day.maxtempC & "°"
    NEXT
    RETURN { city: city, temp: VAL(c.temp_C), icon: icon, ok: true }
ELSE
    TALK "❌ Couldn't get weather for '" + city + "'"   ' quotes inside
    RETURN { ok: false, error: "not found" }
END IF
