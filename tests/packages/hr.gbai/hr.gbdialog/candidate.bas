PARAM name AS NAME LIKE "João Souza" DESCRIPTION "Nome do candidato"
PARAM position AS STRING LIKE "Developer" DESCRIPTION "Position"
PARAM cv AS FILE DESCRIPTION "CV as PDF"
DESCRIPTION "Takes an application"

text = READ cv
facts = LLM "Extract years_of_experience, skills (array) and languages (array) as JSON from this CV: " + text
SAVE_FROM_UNSTRUCTURED "candidates", facts

years = facts.years_of_experience
IF years >= 5 AND facts.skills CONTAINS "python" THEN
    stage = "interview"
    link = "https://meet.example/" + LEFT(UUID(), 8)
    BOOK DATEADD(NOW(), 3, "days"), "Interview " + name, hr_mail
ELSE
    stage = "review"
END IF

SAVE "applications" WITH name AS name, position AS position, stage AS stage, at AS NOW()
TALK stage = "interview" ? "We'd like to meet you!" : "Thank you, we'll write soon."
RETURN stage
