hear people as integer with "How many people?"
if people > 8 then
    talk "For more than 8 please call us."
    exit
end if
hear day as date with "Which day?"
again:
hear time as hour with "At what time?"
h = val(left(time, 2))
if h < open or h >= close then
    talk "We are open from " + open + " to " + close + "."
    goto again
end if
taken = count(find("bookings.csv", "day = '" + day + "' and time = '" + time + "'"))
if taken >= tables then
    talk "That is full."
    goto again
end if
hear name as name with "Your name?"
save "bookings.csv", name, day, time, people
talk "Booked: " + people + " people, " + format(day, "DD/MM") + " " + time + ", " + name
