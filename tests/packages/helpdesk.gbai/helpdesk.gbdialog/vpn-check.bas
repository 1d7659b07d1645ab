TALK "Does it work now?"
HEAR works AS BOOLEAN
SET "vpn_fixed", works
IF NOT works THEN
    TALK "What does it say?"
    HEAR message
    SET CONTEXT "vpn" AS message
END IF
