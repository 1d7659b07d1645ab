PARAM intent AS STRING LIKE "buy"
DESCRIPTION "Finds homes by place, rooms and price"

TALK "In which town?"
HEAR town
TALK "How many bedrooms at least?"
HEAR rooms AS INTEGER DEFAULT 1
TALK "Up to which price?"
HEAR limit AS MONEY

homes = FIND "homes.csv", "town LIKE '" + town + "' AND rooms >= " + rooms + " AND price <= " + limit + " AND kind = '" + intent + "'"
homes = SORT homes BY price DESC
n = UBOUND(homes)

IF n = 0 THEN
    TALK "Nothing yet. Shall I tell you when there is something?"
    HEAR yes AS BOOLEAN
    IF yes THEN
        REMEMBER "search", { town: town, rooms: rooms, limit: limit, kind: intent }, "90 days"
    END IF
    RETURN 0
END IF

i = 0
DO WHILE i < n
    home = homes[i]
    SHOW IMAGE home.photo, home.title
    BEGIN TALK
        **${home.title}**
        ${home.rooms} bedrooms, ${home.area} m², ${FORMAT(home.price, "#,##0")} €
        ${home.description}
    END TALK
    i = i + 1
    IF i MOD 3 = 0 AND i < n THEN
        TALK "More?"
        HEAR more AS BOOLEAN
        IF NOT more THEN EXIT DO
    END IF
LOOP
RETURN n
