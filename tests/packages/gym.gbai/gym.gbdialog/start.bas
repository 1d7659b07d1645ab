name = GET SESSION "user_name" OR "friend"
TALK "Hey ${name}! Train, book or ask?"
level = RECALL "level"
level = level OR "beginner"
SET "level", level
SET CONTEXT "training" AS "Level: " + level
ADD SUGGESTION "plan" AS "My plan"
ADD SUGGESTION "class" AS "Book a class"
