' Scripts nobody should write. The parameter `deed` says which.
SELECT CASE deed
    CASE "loop"
        DO
            n = n + 1
        LOOP
    CASE "churn"
        DO
            Churn()
        LOOP
    CASE "string"
        text = "grows"
        DO
            text = text + text
        LOOP
    CASE "strings"
        all = []
        DO
            all[UBOUND(all)] = "text number ${UBOUND(all)} which is a little longer than a number is"
        LOOP
    CASE "array"
        all = []
        DO
            all[UBOUND(all)] = UBOUND(all)
        LOOP
    CASE "map"
        all = {}
        DO
            n = n + 1
            all["key ${n}"] = n
        LOOP
    CASE "nesting"
        DO
            all = [all]
        LOOP
    CASE "recursion"
        Recurse(1)
    CASE "variables"
        DO
            n = n + 1
            SET "variable ${n}", n
        LOOP
    CASE "output"
        DO
            TALK "and another thing"
        LOOP
END SELECT

SUB Churn()
    text = "grows"
    all = []
    index = {}
    FOR n = 1 TO 16
        text = text + text
        FOR m = 1 TO 500
            all[UBOUND(all)] = [n, m, "of ${n}"]
            index["key ${n} ${m}"] = m
        NEXT
    NEXT
END SUB

SUB Recurse(depth)
    Recurse(depth + 1)
END SUB
