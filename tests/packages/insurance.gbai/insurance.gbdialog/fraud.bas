SET SCHEDULE "0 4 * * *"
claims = FIND "claims", "status = 'review'"
by_holder = GROUP_BY claims, "holder"
suspicious = []
FOR EACH h IN by_holder
    n = UBOUND(h.value)
    s = SUM(h.value, "amount")
    IF n >= 3 OR s > 15000 THEN
        APPEND suspicious, { holder: h.key, claims: n, sum: s }
    END IF
NEXT h
t = AGGREGATE COUNT, claims, "id"
LOG "looked at " + t + " claims"
IF UBOUND(suspicious) > 0 THEN SEND MAIL "fraud@fortis.example", "Suspicious", TOJSON(suspicious)
