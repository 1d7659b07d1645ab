' Asks another server where a parcel is, and tells it what the user wants.
' A request that fails gives null: the script goes on and says so.

TALK "Hello! I know where your parcel is."
SET HEADER "Authorization", "Bearer " & carrier_key

DO
    HEAR code WITH "What is its number? (or: bye)"
    IF LCASE(code) = "bye" THEN EXIT DO
    TALK "One moment, I am asking the carrier."
    parcel = GET "/parcels/" & URLENCODE(code)
    IF parcel IS NULL THEN
        TALK Reason(code)
    ELSE
        TALK "It is in ${parcel.place}, and should arrive on ${parcel.due}."
        IF parcel.can_wait THEN CALL Offer
    END IF
LOOP
TALK "Goodbye!"

SUB Offer()
    HEAR answer AS BOOLEAN WITH "Shall they keep it for you until you are home?"
    IF NOT answer THEN RETURN
    ' The carrier knows a repeated request by its Idempotency-Key, so this holds one parcel once.
    order = POST "/parcels/" & URLENCODE(code) & "/hold", {days: 7}
    IF order.status = 201 THEN
        TALK "Done: they keep it until ${order.until}."
    ELSEIF order.status = 409 THEN
        TALK "They say: ${order.reason}."
    ELSE
        TALK "That did not work. Please call the carrier."
    END IF
END SUB

FUNCTION Reason(number)
    SELECT CASE ERR
        CASE 1404
            RETURN "The carrier does not know ${number}."
        CASE 1001
            RETURN "The carrier does not answer. Please try again later."
        CASE ELSE
            RETURN "The carrier cannot be reached right now."
    END SELECT
END FUNCTION
