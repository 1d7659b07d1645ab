' makes a picture, a text, and posts them tomorrow at ten
PARAM topic AS STRING LIKE "spring sale" DESCRIPTION "Topic of the post"
DESCRIPTION "Writes and schedules a social post"

caption = LLM "Write a caption of at most 30 words, with three hashtags, about: " + topic
picture = IMAGE "A cheerful photo about " + topic + ", square"

BEGIN TALK
Here is the post:

${caption}

#sale #spring
END TALK
SHOW IMAGE picture

HEAR ok AS BOOLEAN WITH "Shall I post it?"
IF ok THEN
    POST TO INSTAGRAM picture, caption
    POST TO "facebook" AT "tomorrow 10:00" picture, caption
    TALK "Posted."
ELSE
    CREATE_DRAFT sender, "Post about " + topic, caption
END IF
