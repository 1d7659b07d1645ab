PARAM location AS "seattle", "boston"
PARAM units AS STRING LIKE "metric" DEFAULT "metric" 'unit system
DESCRIPTION "Get current weather for a city"

IF location = "" OR location IS NULL THEN location = "seattle"
lat = 47.6062 : lon = -122.3321

weather_url = "https://api.open-meteo.com/v1/forecast?latitude=" + lat + "&longitude=" + lon + "&current_weather=true"
data = GET weather_url

IF data.error = TRUE THEN
    TALK "❌ Could not fetch weather"
    RETURN
END IF

IF data THEN
    current = data.current_weather
    WITH result
        temperature = current.temperature
        windspeed = current.windspeed
        location = location
        timestamp = NOW()
        unit = IIF(units = "metric", "°C", "°F")
        icon = current.weathercode > 50 ? "🌧️" : "☀️"
        #comment inside
        list = [1, 2,
                3]
    END WITH
    TALK "🌡️ Temperature: " + current.temperature + "°C"
    RETURN result
ELSE
    TALK "no data" ' fallback
    RETURN NULL
END IF
