' Padaria São João – atendimento
REM  versão 2
SET CONTEXT "loja" AS "Padaria São João, aberta das 6h às 20h"
BEGIN SYSTEM PROMPT
Você é o atendente da ${BOT_NAME}.
Regras:
  - fale sempre em português
  - nunca diga "não sei"; ofereça o telefone
  - preços em R$ (ex.: R$ 1.234,50)
END SYSTEM PROMPT

CLEAR SUGGESTIONS
ADD SUGGESTION "1" AS "🥖 Cardápio"
ADD SUGGESTION "2" AS "🎂 Encomendar bolo"
ADD SUGGESTION "3" AS "📍 Endereço"

USE KB "cardapio"
ADD TOOL "encomenda"
add tool "horario.bas"

nome = GET BOT MEMORY "ultimo_nome"
If nome <> "" then
    Talk "Que bom te ver, " + nome + "!"
Else
    Talk "Olá! Bem-vindo à Padaria São João."
End If

BEGIN TALK
**Hoje temos:**

  • pão francês   – R$ 0,75
  • sonho         – R$ 6,50
  • "pão na chapa" – it's good

Digite o número da opção.
END TALK

HEAR opção AS INTEGER
Select Case opção
    Case 1
        Talk "Cardápio: ${LEN("abc")} itens"
    Case 2 : RUN "encomenda"
    Case 3 To 5
        Talk 'Rua das Flores, 10'
    Case Else
        Talk "Opção inválida: " & opção
End Select
