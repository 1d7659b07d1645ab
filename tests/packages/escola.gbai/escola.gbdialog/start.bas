'============================================
' Escola Técnica – boletim & matrícula
'============================================
notas_min = 6
Dim turmas(3)
Const TOTAL = 4

set session.perfil = "aluno"
SET "contador", 0
SET SESSION "turma", "3ºB"
set context "regras" as "nota mínima ${notas_min}; frequência ≥ 75%"

inicio:
tentativas = tentativas + 1
talk "Matrícula?"
hear matricula as integer
if matricula <= 0 then
	if tentativas < 3 then goto inicio
	talk "Muitas tentativas." : exit
end if

aluno = find "alunos.csv", "matricula = ${matricula}"
if aluno is null then
	talk "Não achei a matrícula " & matricula & "."
	end
end if

soma = 0 : n = 0
for each nota in [aluno.n1, aluno.n2, aluno.n3, aluno.n4]
	if nota is null or nota = "" then continue
	soma = soma + nota
	n = n + 1
next nota

if n = 0 then
	talk "Sem notas ainda."
else
	media = round(soma / n, 1)
	select case media
		case is >= 9
			conceito = "A"
		case 7 to 8.9
			conceito = "B"
		case notas_min to 6.9
			conceito = "C"
		case else
			conceito = "D"
	end select
	talk "Média: " + format(media, "0.0") + " – conceito " + conceito
	if conceito = "D" then talk "Procure a coordenação." else talk "Parabéns!"
end if

SET "contador", VAL(GET "contador") + 1
talk "Consultas nesta sessão: ${GET "contador"}"

do
	hear mais as boolean with "Outra consulta?" default false
	if mais then goto inicio
loop until not mais

sub despedida(nome, optional_text = "")
	talk "Tchau, " & nome & optional_text
end sub
call despedida(aluno.nome, "!")
