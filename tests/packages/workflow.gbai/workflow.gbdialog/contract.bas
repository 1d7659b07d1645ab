PARAM partner AS STRING
PARAM value AS MONEY
DESCRIPTION "Prepares a contract and collects signatures"

WITH contract
    id = UUID()
    partner = partner
    value = value
    start = DATEADD(TODAY(), 1, "month")
    end = DATEADD(TODAY(), 13, "month")
    status = "draft"
    type = "service"
END WITH

GENERATE PDF "contracts/${contract.id}.pdf" WITH TEMPLATE "contract.docx" DATA contract
signers = ["legal@example.com", partner]
FOR EACH s IN signers
    link = GENERATE SECURE LINK "contracts/" + contract.id + ".pdf" EXPIRES 14 DAYS
    SEND MAIL s, "Please sign", "Sign here: " + link
NEXT s

PUBLISH EVENT "contract_sent", contract
WAIT FOR RESPONSE AS note TIMEOUT 600
IF note IS NOT NULL THEN contract.note = note
SAVE "contracts", contract
MERGE PDF ["contracts/" + contract.id + ".pdf", "terms.pdf"], "contracts/full-" + contract.id + ".pdf"
