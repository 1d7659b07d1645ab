DESCRIPTION "Books a class"
classes = [
    {name: "Yoga", day: 2, hour: "18:00", places: 12},
    {name: "Spinning", day: 3, hour: "19:00", places: 20},
    {name: "Pilates", day: 5, hour: "08:00", places: 10}
]
labels = []
FOR EACH c IN classes
    labels.push(c.name)
NEXT c
HEAR choice AS MENU labels WITH "Which class?"
i = INDEX_OF(labels, choice)
c = classes[i]
taken = GET BOT MEMORY "class_" + c.name
IF taken = "" THEN taken = []
IF CONTAINS(taken, USER_ID) THEN
    TALK "You are in already."
ELSE IF taken.length >= c.places THEN
    TALK "It is full."
ELSE
    taken.push(USER_ID)
    SET BOT MEMORY "class_" + c.name, taken
    TALK "See you at ${c.hour}! " & (c.places - taken.length) & " places left."
END IF
