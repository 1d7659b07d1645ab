' Quiz über Geographie – mehrsprachig
fragen = [
    {frage: "Hauptstadt von Österreich?", antworten: ["Wien", "Graz", "Linz"], richtig: 0, punkte: 10},
    {frage: "Längster Fluss Europas?", antworten: ["Donau", "Wolga"], richtig: 1, punkte: 20},
    {frage: "¿Capital de España?", antworten: ["Madrid", "Sevilla", "València"], richtig: 0, punkte: 5}
]
punkte = 0
runde = 0
FOR EACH f IN fragen
    runde = runde + 1
    BEGIN TALK
    ### Frage ${runde}/${UBOUND(fragen)}
        ${f.frage} (${f.punkte} Punkte)
    END TALK
    HEAR antwort AS f.antworten DEFAULT "weiß nicht"
    SELECT CASE antwort
        CASE f.antworten[f.richtig]
            punkte = punkte + f.punkte
            TALK "Richtig! +" & f.punkte
        CASE "weiß nicht", ""
            TALK "Schade."
        CASE ELSE
            TALK "Falsch, es ist " & f.antworten[f.richtig] & "."
    END SELECT
NEXT f
note = punkte >= 30 ? "Großartig" : punkte >= 15 ? "Gut" : "Übe weiter"
TALK "${note}: ${punkte} von ${SUM(fragen, "punkte")} (${FORMAT(punkte / SUM(fragen, "punkte"), "0.0%")})"
best = GET BOT MEMORY "best"
IF best = "" OR punkte > VAL(best) THEN
    SET BOT MEMORY "best", punkte
    TALK "Neuer Rekord!"
END IF
