SET SCHEDULE "0 6 * * *"
data = GET "https://rates.example/latest?base=EUR"
IF data.rates THEN
    FOR EACH pair IN data.rates
        SET BOT MEMORY "rate_" + pair.key, pair.value
    NEXT pair
    SET BOT MEMORY "rates_at", NOW()
ELSE
    LOG_WARN "no rates today"
END IF
