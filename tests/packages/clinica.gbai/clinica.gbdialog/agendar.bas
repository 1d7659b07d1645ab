PARAM paciente AS STRING LIKE "Ana Lúcia" DESCRIPTION "Nome do paciente"
PARAM cpf AS STRING LIKE "123.456.789-09" DESCRIPTION "CPF"
PARAM especialidade AS STRING LIKE "cardiologia" DESCRIPTION "Especialidade desejada"
PARAM data AS DATE LIKE "2025-03-10" DESCRIPTION "Dia"
DESCRIPTION "Agenda uma consulta médica e avisa o paciente."

TALK "Vamos agendar sua consulta, ${paciente}."

IF data = "" THEN
  HEAR data AS DATE WITH "Qual a data? (DD/MM/AAAA)" DEFAULT TODAY()
END IF

médicos = FIND "medicos", "especialidade", especialidade
IF médicos IS NULL THEN
    TALK "Não temos " & especialidade & " no momento."
    TRANSFER TO HUMAN "recepcao", "high", "Sem médico de " & especialidade
    RETURN
END IF

livres = []
FOR EACH m IN médicos
    ocupados = FIND "consultas", "medico_id = '${m.id}' AND dia = '${data}'"
    IF COUNT(ocupados) < m.limite THEN
        APPEND livres, m
    END IF
NEXT

IF UBOUND(livres) = 0 THEN
    alt = DATEADD(data, 1, "day")
    TALK "Sem vagas em " + FORMAT(data, "DD/MM/YYYY") + "; que tal " + FORMAT(alt, "dddd, DD/MM") + "?"
    HEAR ok AS BOOLEAN
    IF NOT ok THEN RETURN "sem vaga"
    data = alt
    livres = médicos
END IF

CLEAR SUGGESTIONS
i = 0
FOR EACH m IN livres
    i = i + 1
    ADD SUGGESTION STR(i) AS "Dr(a). " + m.nome + " – " + m.sala
NEXT
HEAR qual AS INTEGER
m = livres[qual - 1]

horas = SPLIT("08:00;08:30;09:00;10:00", ";")
HEAR hora AS horas WITH "Que horas?"
SAVE "consultas" WITH paciente AS paciente, cpf AS cpf, medico_id AS m.id, dia AS data, hora AS hora, criado AS NOW()
SEND SMS m.telefone, "Nova consulta: " + paciente + " às " + hora

quando = DATEADD(data + " " + hora, -2, "hours")
SET SCHEDULE quando, "lembrete.bas"
TALK "Marcado para ${FORMAT(data, "DD/MM/YYYY")} às ${hora} com ${m.nome}. Até lá! 👋"
RETURN WITH dia AS data, hora AS hora, medico AS m.nome
