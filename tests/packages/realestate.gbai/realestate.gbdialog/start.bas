' homes
CLEAR SUGGESTIONS
ADD SUGGESTION "buy" AS "Buy"
ADD SUGGESTION "rent" AS "Rent"
ADD SUGGESTION "sell" AS "Sell my home"
ADD SUGGESTION "visit" AS "Book a visit"

SET CONTEXT "agency" AS agency
TALK "Welcome to **" + agency + "**. Buy, rent or sell?"
HEAR intent AS "buy", "rent", "sell"
SET "intent", intent

IF intent = "sell" THEN
    RUN "valuation"
ELSE
    RUN "search", intent
END IF
