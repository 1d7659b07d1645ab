keys = FIND "series.csv", "active = true"
FOR EACH s IN keys DO
    n = GET BOT MEMORY "series_" + s.email
    n = n + 1
    IF n <= 3 THEN
        SEND_TEMPLATE s.email, "welcome-" + n, { name: s.name }
        SET BOT MEMORY "series_" + s.email, n
    ELSE
        UPDATE "series.csv" SET active = false WHERE email = s.email
    END IF
END FOR
