SET SCHEDULE "0 0 18 * * *"
pedidos = FIND "encomendas", "status = 'novo'"
IF UBOUND(pedidos) = 0 THEN
    TALK "Nada hoje"
    EXIT
END IF
total = 0
texto = ""
FOR EACH p IN pedidos
    total = total + p.total
    texto = texto + p.id + ": " + p.sabor + " (" + FORMAT(p.total, "C2[pt]") + ")\n"
NEXT p
SEND MAIL "dono@padaria.com.br", "Resumo de " + FORMAT(NOW(), "DD/MM/YYYY"), "Olá,

segue o resumo:
" + texto + "
Total: ${FORMAT(total, "C2[pt]")}

Don't reply."
UPDATE "encomendas" SET status = "visto", visto = NOW() WHERE status = "novo"
LOG "resumo", {quantos: UBOUND(pedidos), total: total}
