PARAM kind AS "nda", "lease", "letter"
PARAM parties AS STRING
DESCRIPTION "Drafts a document with the model"
prompt = "Write a ${kind} between ${parties}.
Use numbered clauses.
Don't add advice.
End with:

    ______________________
    (signature)
"
text = LLM prompt
text = REPLACE(text, "**", "")
WRITE "drafts/" + kind + "-" + FORMAT(NOW(), "YYYYMMDD") + ".md", text
SEND FILE "drafts/" + kind + "-" + FORMAT(NOW(), "YYYYMMDD") + ".md"
