DESCRIPTION "Generates a platform overview with key metrics"
PARAM period AS STRING LIKE "7d" DESCRIPTION "Time period: 1h, 24h, 7d, 30d" OPTIONAL
SET SCHEDULE "0 6 * * *"

IF NOT period THEN
    period = "7d"
END IF

SELECT CASE period
    CASE "1h"
        periodLabel = "Last Hour"
        interval = "5m"
    CASE "24h"
        periodLabel = "Last 24 Hours"
        interval = "1h"
    CASE "7d", "week"
        periodLabel = "Last 7 Days"
        interval = "1d"
    CASE ELSE
        periodLabel = "Last 7 Days"
END SELECT

messages = QUERY METRICS "messages" FOR period BY interval
prev = QUERY METRICS "messages" FOR period OFFSET 1
total = AGGREGATE "SUM", messages, "count"
prevTotal = AGGREGATE "SUM", prev, "count"
IF prevTotal > 0 THEN
    change = ROUND(((total - prevTotal) / prevTotal) * 100, 1)
    changeLabel = FORMAT(change, "+#.#") + "%"
ELSE
    change = 0 : changeLabel = "n/a"
END IF
errorRate = IIF(total > 0, ROUND(errors / (total + errors) * 100, 2), 0)

SELECT CASE errorRate
  CASE IS < 1: health = "ok"
  CASE 1 TO 5: health = "warn"
  CASE ELSE:   health = "bad"
END SELECT

WITH stats
    period = periodLabel
    messages = total
    change_percent = change
    users = SUM(messages, "users")
    health = health
    table = [["a", 1], ["b", 2]]
END WITH

TALK "📊 **Platform Overview** (" + periodLabel + ")"
TALK ""
TALK "💬 Messages: " + FORMAT(total, "#,##0") + " (" + changeLabel + ")"
IF change < 0 THEN TALK "⚠️ Falling" ELSE IF change = 0 THEN TALK "➡️ Flat" ELSE TALK "📈 Rising"
RECORD METRIC "overview_generated" WITH period = period, total = total
RETURN stats
