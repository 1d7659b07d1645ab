' Puts the session aside for this user, to go on elsewhere with pick_up.bas.

' Save session state
state = SAVE SESSION STATE
SET BOT MEMORY "saved_session_" + user_id, state
TALK "I kept everything. Open me anywhere and choose: Go on"
