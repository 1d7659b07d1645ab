DESCRIPTION "Sends variant A or B by chance and counts answers"
variant = RANDOM(2) = 0 ? "A" : "B"
SET "variant", variant
TALK variant = "A" ? "10% off today!" : "Free shipping today!"
HEAR answer AS BOOLEAN
key = "ab_" + variant + IIF(answer, "_yes", "_no")
n = GET BOT MEMORY key
SET BOT MEMORY key, IIF(n = "", 0, n) + 1
a = NVL(GET BOT MEMORY("ab_A_yes"), 0)
b = NVL(GET BOT MEMORY("ab_B_yes"), 0)
LOG "A " + a + " : B " + b
RETURN variant
