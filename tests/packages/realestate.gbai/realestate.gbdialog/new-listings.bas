SET SCHEDULE "every 2 hours"
res = GET "https://portal.example/api/listings?since=" + FORMAT(NOW() - HOURS(2), "YYYY-MM-DDTHH:mm:ss")
FOR EACH l IN res.listings
    known = FIND "homes.csv", "ref = '" + l.ref + "'"
    IF known IS NULL THEN
        photo = DOWNLOAD l.photo_url, "photos/" + l.ref + ".jpg"
        SAVE "homes.csv", #{ ref: l.ref, title: l.title, town: l.town, rooms: l.rooms, area: l.area, price: l.price, kind: l.kind, photo: photo.url }
        PUBLISH EVENT "new_home", l
    END IF
NEXT l
