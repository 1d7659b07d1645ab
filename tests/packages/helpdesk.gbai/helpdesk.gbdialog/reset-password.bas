DESCRIPTION "Resets the password after a second check"

level = GET SESSION "auth_level"
if level <> "elevated" then
    talk "I need to check who you are."
    code = generate code 6
    send mail get session "user_email", "Your code", "Code: " + code
    hear typed as "Please type the code"
    if typed <> code then
        log session "error", "reset denied"
        return false
    end if
end if

reply = patch "https://directory.example/users/" + user_id, { password: "temporary", must_change: true }
if reply.status = 200 then
    talk "Your password is reset. Please change it within an hour."
    return true
end if
talk "That did not work (" + reply.status + ")."
return false
