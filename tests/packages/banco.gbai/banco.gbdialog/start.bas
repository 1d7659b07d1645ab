REM ---- Banco Português ----
CONST LIMITE = 3
FUNCTION Formatar(v) : RETURN FORMAT(v, "C2[pt]") : END FUNCTION
SUB Extrato(conta, dias = 30)
    LOCAL linhas, saldo
    linhas = FIND "movimentos" WHERE conta = conta.id AND data >= DATEADD(TODAY(), -dias, "day") ORDER BY data
    saldo = conta.saldo_inicial OR 0
    IF UBOUND(linhas) = 0 THEN TALK "Sem movimentos." : EXIT SUB
    FOR EACH l IN linhas
        SELECT CASE UCASE(LEFT(l.tipo, 1))
            CASE "C" : saldo += l.valor
            CASE "D" : saldo -= l.valor
        END SELECT
        TALK l.data & "  " & RIGHT(SPACE(12) & Formatar(l.valor), 12) & "  " & Formatar(saldo)
    NEXT
END SUB
FUNCTION Login()
    FOR i = 1 TO LIMITE
        HEAR cpf AS CPF WITH "CPF:"
        IF cpf = "" THEN RETURN NULL
        HEAR senha AS PASSWORD WITH "Senha:"
        c = FIND "contas", "cpf = '${cpf}'"
        IF c IS NOT NULL AND c.senha = senha THEN RETURN c[0]
        TALK "Dados incorretos. Restam " & LIMITE - i & " tentativa(s)."
    NEXT
    RETURN NULL
END FUNCTION
SAVE "contas", {id: "1", cpf: "123.456.789-09", senha: "segredo123", nome: "João", saldo_inicial: 1000}
SAVE "movimentos", [{id: 1, conta: "1", tipo: "crédito", valor: 250.75, data: TODAY()}, {id: 2, conta: "1", tipo: "débito", valor: 1300, data: TODAY()}]
conta = Login()
IF NOT conta THEN
    TALK "Acesso bloqueado."
    LOG_WARN "login"
    END SESSION
END IF
TALK "Olá, " & conta.nome & "."
DO
    HEAR op AS "Extrato", "Pix", "Sair" WITH "O que deseja?"
    IF op = "Sair" THEN EXIT DO
    IF op = "Extrato" THEN
        Extrato(conta)
        CONTINUE DO
    END IF
    HEAR valor AS MONEY WITH "Valor?" DEFAULT 0
    HEAR chave WITH "Chave Pix?"
    IF valor <= 0 OR chave IS EMPTY THEN TALK "Cancelado." : CONTINUE
    HEAR ok AS BOOLEAN WITH "Enviar ${Formatar(valor)} para ${chave}? (sim/não)"
    IF ok = TRUE THEN
        INSERT "movimentos", {conta: conta.id, tipo: "débito", valor: valor, data: TODAY(), chave: chave}
        TALK "Feito ✅"
    ELSE
        TALK "Ok, nada enviado."
    END IF
LOOP
TALK "Até logo!"
