consultas = FIND "consultas" WHERE dia = TODAY() ORDER BY hora
FOR EACH c IN consultas DO
  TALK TO c.telefone, "Lembrete: consulta hoje às " & c.hora
END FOR
