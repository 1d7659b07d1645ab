DESCRIPTION "Stops the digest"
TALK "Really stop?"
HEAR sure AS BOOLEAN
IF sure THEN
  DELETE "subscribers.csv", "session = '" + SESSION_ID + "'"
  SET BOT MEMORY "subscriber_" + SESSION_ID, NULL
  TALK "Done. Bye!"
  END SESSION
END IF
