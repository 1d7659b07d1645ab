' A conversation that waits inside a loop, a procedure and a FOR EACH, with shared and cyclic values.
SUB Ask(items, note)
    FOR EACH item IN items
        HEAR answer
        item.answer = answer
        seen = seen + 1
        TALK "${note} ${item.name}: ${answer} (${seen})"
    NEXT
END SUB
seen = 0
shared = {name: "ä", tags: ["x", 1, 2.5, TRUE, NULL]}
items = [shared, {name: "b"}, shared]
ring = #{}
ring.self = ring
SET "kept", items
text = "0123456789abcdef"
WHILE LEN(text) < 5000
    text = text & text
WEND
SET "long", text
text = ""
SET CONTEXT "profile" AS "premium"
SET BOT MEMORY "golden", 1
ADD SUGGESTION "k" AS "Label"
day = TODAY()
FOR round = 1 TO 2
    Ask(items, "round " & round)
NEXT
TALK "tags " & shared.tags & " of " & UBOUND(items) & ", same " & (items[0].answer = items[2].answer)
TALK day & " " & (GET "kept") & " " & LEN(GET "long")
RETURN seen
