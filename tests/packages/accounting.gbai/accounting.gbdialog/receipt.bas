DESCRIPTION "Reads a photo of a receipt"
TALK "Please send a photo of the receipt."
HEAR photo AS IMAGE
text = OCR photo
data = LLM "Give date (YYYY-MM-DD), shop, total and vat of this receipt as JSON only: " + text
TALK "Is this right? " + data.shop + ", " + data.date + ", " + FORMAT(data.total, "#,##0.00")
HEAR right AS BOOLEAN
IF right THEN
    SAVE "expenses.csv", #{ date: data.date, shop: data.shop, amount: data.total, month: LEFT(data.date, 7), kind: "shop" }
    UPLOAD photo TO "receipts/" + data.date + "-" + data.shop + ".jpg"
ELSE
    TALK "Then please type the total."
    HEAR total AS MONEY
    SAVE "expenses.csv", #{ date: FORMAT(TODAY(), "YYYY-MM-DD"), shop: "?", amount: total }
END IF
