DESCRIPTION 'Triagem dos sintomas'
sintomas = #{}
perguntas = [
    { id: "febre", texto: "Você tem febre?" },
    { id: "dor",   texto: "Sente dor?"      },   ' escala
    { id: "tosse", texto: "Tem tosse?"      }
]
pontos = 0
FOR EACH p IN perguntas
    HEAR r AS BOOLEAN WITH p.texto DEFAULT FALSE
    sintomas[p.id] = r
    IF r THEN pontos = pontos + 1
NEXT p

nível = pontos >= 3 ? "alto" : pontos = 2 ? "médio" : "baixo"
IF nível = "alto" THEN
    agente = GET AVAILABLE AGENT
    IF agente <> "" THEN
        r = TRANSFER SESSION agente TIMEOUT 600
        SELECT CASE r.outcome
            CASE "resolved", "returned" : TALK "Melhoras!"
            CASE "no_agent"
                TALK "Ligue 192."
            CASE ELSE
                TALK "Resultado: " & r.outcome
        END SELECT
    ELSE
        TALK "Procure a emergência."
    END IF
END IF
TALK "Nível: ${nível} – ${sintomas}"
SET CONTEXT "triagem" AS JSON(sintomas)
