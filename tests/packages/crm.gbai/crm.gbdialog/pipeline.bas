DESCRIPTION "Shows the pipeline by stage, with amounts and weighted forecast"

opps = FIND "opportunities.csv", "stage <> 'won' AND stage <> 'lost'"
groups = GROUP BY opps, "stage"

stages = ["qualification", "proposal", "negotiation", "closing"]
text = "**Pipeline**\n"
weighted = 0

FOR EACH stage IN stages
    rows = groups[stage]
    amount = 0
    FOR EACH o IN rows
        amount = amount + o.amount
        weighted = weighted + o.amount * o.probability / 100
    NEXT o
    text = text & CAPITALIZE(stage) & ": " & COUNT(rows) & " / " & FORMAT(amount, "#,##0") & " " & currency & "\n"
NEXT stage

text = text & "Forecast: " & FORMAT(weighted, "#,##0.00")
TALK text

img = CHART "bar", groups
SHOW IMAGE img, "Pipeline"
