PARAM city AS STRING
PARAM checkin AS DATE
PARAM nights AS INTEGER DEFAULT 2
DESCRIPTION "Finds hotels"
checkout = DATEADD(checkin, nights, "days")
res = POST "https://hotels.example/search", {
    city: city,
    checkin: checkin,
    checkout: checkout,
    rooms: [ { adults: 2, children: [] } ]
}
IF res.status <> 200 THEN
    LOG_ERROR "hotels " + res.status
    TALK "The hotel service is out of order."
    RETURN NULL
END IF
cheap = FILTER res.data, "price <= 120"
IF UBOUND(cheap) = 0 THEN cheap = res.data
FOR EACH h IN cheap LAST 5
    stars = REPEAT("★", h.stars)
    TALK h.name + " " + stars + " " + FORMAT(h.price, "$#,##0") + " a night"
NEXT h
