' Corner shop - greeting and menu
USE KB "products"
USE KB "policies"

ADD TOOL "search-product"
ADD TOOL "add-to-cart"
ADD TOOL "checkout"
ADD TOOL "order-status"
ADD TOOL "return-request"

CLEAR SUGGESTIONS

ADD SUGGESTION "offers" AS "This week's offers"
ADD SUGGESTION "order" AS "Place an order"
ADD SUGGESTION "status" AS "Where is my order?"
ADD SUGGESTION "human" AS "Talk to a person"

SET CONTEXT "shop" AS "You are the assistant of a small grocery shop called ${shop_name}. Prices are in EUR."

hour = HOUR(NOW())
IF hour < 12 THEN
    greeting = "Good morning"
ELSE IF hour < 18 THEN
    greeting = "Good afternoon"
ELSE
    greeting = "Good evening"
END IF

name = GET SESSION "user_name"
IF name <> "" THEN greeting = greeting + ", " + name

BEGIN TALK
    **${greeting}!** Welcome to the corner shop.

    I can help you with:
    - finding products & prices
    - placing an order
    - returns (don't worry, it's easy)

    What would you like to do?
END TALK

BEGIN SYSTEM PROMPT
You are a helpful shop assistant.
- Answer in the language of the customer.
- Never invent prices. If you don't know, say "I'll ask".
- Today is ${FORMAT(TODAY(), "dddd, DD MMMM YYYY")}.
END SYSTEM PROMPT
