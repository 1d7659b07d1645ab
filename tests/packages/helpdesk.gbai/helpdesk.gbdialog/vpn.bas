DESCRIPTION "Helps with VPN"
SHOW IMAGE "vpn-steps.png", "Three steps"
TALK "1. Open " + vpn_url
WAIT 1
TALK "2. Sign in"
WAIT 1
TALK "3. Click on connect"
sub_session = CREATE SUB SESSION
RUN IN SESSION sub_session, "vpn-check.bas"
MERGE SESSION sub_session
fixed = GET "vpn_fixed"
IF fixed THEN
    TALK "Great."
ELSE
    CALL "ticket-new.bas", "VPN", "the three steps did not help", "normal"
END IF
