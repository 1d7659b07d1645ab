ON EVENT "new_home"
    home = event.data
    wanted = RECALL "search"
    IF wanted IS NOT NULL THEN
        fits = home.town = wanted.town AND home.price <= wanted.limit
        IF fits THEN TALK "New: " + home.title + ", " + FORMAT(home.price, "#,##0") + " €"
    END IF
END ON
