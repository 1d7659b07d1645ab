PARAM company AS STRING LIKE "Medis"
PARAM card AS STRING LIKE "12345678"
DESCRIPTION "Checks whether an insurance covers a treatment"

set header "Authorization" = "Bearer " + get "config.insurance-key"
set header "Accept", "application/json"
reply = get "https://api.insurance.example/cards/" + card

if error then
    talk "The insurance does not answer right now (" + error message + ")."
    clear headers
    return false
end if

if reply.active and reply.company = company then
    talk "Your card is valid until " + format(reply.valid_until, "DD/MM/YYYY")
    return true
else
    talk "The card is not valid."
    return false
end if
