PARAM min_orders AS INTEGER DEFAULT 1
PARAM city AS STRING OPTIONAL
DESCRIPTION "Counts customers of a segment"
customers = FIND "customers.csv"
fit = FILTER(customers, "item.orders >= " + min_orders)
IF city <> "" THEN
    fit = FILTER(fit, "city LIKE '" + city + "'")
END IF
by_city = GROUP BY fit, "city"
FOR EACH g IN by_city
    TALK g.key + ": " + COUNT(g.value)
NEXT g
names = MAP(fit, "name")
TALK JOIN(names, ", ")
RETURN COUNT(fit)
