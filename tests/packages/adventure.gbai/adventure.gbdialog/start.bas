' The old mill -- a small adventure.
' Everything the player has or did is in one map, so it can be saved.

rooms = {
    road: { title: "Dusty road", text: "A dusty road. A mill stands to the north.", exits: { north: "yard" }, things: ["stone"] },
    yard: { title: "Yard of the mill", text: "An overgrown yard. The door of the mill is to the north, a well to the east.", exits: { south: "road", north: "hall", east: "well" }, things: [] },
    well: { title: "Well", text: "A deep well with a rope.", exits: { west: "yard", down: "cave" }, things: ["rope"] },
    hall: { title: "Hall", text: "Millstones, dust and silence. Stairs lead up.", exits: { south: "yard", up: "loft" }, things: ["lamp"] },
    loft: { title: "Loft", text: "Sacks of old flour. Something glitters.", exits: { down: "hall" }, things: ["key"] },
    cave: { title: "Cave", text: "A wet cave under the well. An iron chest stands here.", exits: { up: "well" }, things: ["chest"] }
}

state = { room: "road", bag: [], moves: 0, score: 0, lit: false, over: false, seen: {} }

SUB Look()
    room = rooms[state.room]
    IF state.room = "cave" AND NOT state.lit THEN
        TALK "It is dark. You see nothing."
        RETURN
    END IF
    IF state.seen[state.room] THEN
        TALK "**" + room.title + "**"
    ELSE
        BEGIN TALK
            **${room.title}**
            ${room.text}
        END TALK
        state.seen[state.room] = TRUE
        state.score = state.score + 5
    END IF
    IF room.things.length > 0 THEN
        TALK "You see: " + JOIN(room.things, ", ")
    END IF
    ways = KEYS(room.exits)
    TALK "Ways: " + JOIN(ways, ", ")
END SUB

FUNCTION HasThing(thing)
    RETURN CONTAINS(state.bag, thing)
END FUNCTION

FUNCTION RemoveFrom(list, thing)
    kept = []
    FOR EACH t IN list
        IF t <> thing THEN kept.push(t)
    NEXT t
    RETURN kept
END FUNCTION

SUB Go(direction)
    exits = rooms[state.room].exits
    target = exits[direction]
    IF target IS NULL THEN
        TALK "There is no way " + direction + "."
        RETURN
    END IF
    IF target = "cave" AND NOT HasThing("rope") THEN
        TALK "Too deep without a rope."
        RETURN
    END IF
    state.room = target
    Look()
END SUB

SUB Take_Thing(thing)
    things = rooms[state.room].things
    IF NOT (thing IN things) THEN
        TALK "There is no ${thing} here."
        RETURN
    END IF
    IF thing = "chest" THEN
        TALK "The chest is too heavy."
        RETURN
    END IF
    rooms[state.room].things = RemoveFrom(things, thing)
    state.bag.push(thing)
    state.score += 10
    TALK "Taken: ${thing}."
END SUB

SUB Drop_Thing(thing)
    IF NOT HasThing(thing) THEN
        TALK "You don't have that."
        RETURN
    END IF
    state.bag = RemoveFrom(state.bag, thing)
    rooms[state.room].things.push(thing)
    state.score -= 10
    TALK "Dropped."
END SUB

SUB Use_Thing(thing)
    IF NOT HasThing(thing) THEN
        TALK "You have no ${thing}."
        EXIT SUB
    END IF
    SELECT CASE thing
        CASE "lamp"
            state.lit = NOT state.lit
            TALK IIF(state.lit, "The lamp burns.", "The lamp is out.")
        CASE "key"
            IF state.room = "cave" AND state.lit THEN
                TALK "The chest opens. It is full of gold!"
                state.score = state.score + 100
                state.over = TRUE
            ELSE
                TALK "Nothing to open here."
            END IF
        CASE "stone", "rope"
            TALK "Nothing happens."
        CASE ELSE
            TALK "How?"
    END SELECT
END SUB

SUB Inventory()
    IF UBOUND(state.bag) = 0 THEN
        TALK "Your bag is empty."
    ELSE
        n = 0
        FOR EACH thing IN state.bag
            n = n + 1
            TALK n & ". " & CAPITALIZE(thing)
        NEXT thing
    END IF
END SUB

SUB Help()
    BEGIN TALK
        look, bag, score, quit
        go north / south / east / west / up / down
        take X, drop X, use X
    END TALK
END SUB

FUNCTION Rank(points)
    SELECT CASE points
        CASE IS >= 150
            RETURN "master"
        CASE 80 TO 149
            RETURN "finder"
        CASE 30 TO 79
            RETURN "wanderer"
        CASE ELSE
            RETURN "beginner"
    END SELECT
END FUNCTION

TALK "Welcome, ${hero}. Say 'help' for help."
Look()

DO UNTIL state.over
    HEAR command
    words = SPLIT(LCASE(TRIM(command)), " ")
    verb = words[0]
    noun = words[1]
    state.moves = state.moves + 1

    SELECT CASE verb
        CASE "look", "l"
            state.seen[state.room] = FALSE
            state.score = state.score - 5
            Look()
        CASE "go", "walk"
            IF noun = "" THEN TALK "Where to?" ELSE Go(noun)
        CASE "north", "south", "east", "west", "up", "down"
            Go(verb)
        CASE "n", "s", "e", "w", "u", "d"
            full = { n: "north", s: "south", e: "east", w: "west", u: "up", d: "down" }
            Go(full[verb])
        CASE "take", "get"
            IF noun IS NULL THEN
                TALK "Take what?"
            ELSE
                CALL Take_Thing(noun)
            END IF
        CASE "drop"
            CALL Drop_Thing(noun)
        CASE "use", "light", "open"
            CALL Use_Thing(noun)
        CASE "bag", "inventory", "i"
            CALL Inventory
        CASE "score"
            TALK "Score ${state.score} in ${state.moves} moves: ${Rank(state.score)}"
        CASE "save"
            SET BOT MEMORY "mill_" + USER_ID, state
            SET "mill_rooms", rooms
            TALK "Saved."
        CASE "load"
            saved = GET BOT MEMORY "mill_" + USER_ID
            IF saved <> "" THEN
                state = saved
                rooms = GET "mill_rooms"
                TALK "Loaded."
                Look()
            ELSE
                TALK "Nothing saved."
            END IF
        CASE "help", "?"
            Help
        CASE "quit"
            state.over = TRUE
        CASE ""
            TALK "Say something."
        CASE ELSE
            IF state.moves MOD 2 = 0 THEN
                TALK "I don't know '${verb}'."
            ELSE
                TALK "What?"
            END IF
    END SELECT
LOOP

best = GET BOT MEMORY "mill_best"
IF best = "" OR state.score > best THEN
    SET BOT MEMORY "mill_best", state.score
    TALK "A new record!"
END IF
TALK "You end with ${state.score} points: ${Rank(state.score)}."
RETURN state.score
