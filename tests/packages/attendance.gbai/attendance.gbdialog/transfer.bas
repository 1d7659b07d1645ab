DESCRIPTION "Hands the customer to a department"
TALK "Which department?"
HEAR dept AS "sales", "support", "billing"
TALK "In a word: what is it about?"
HEAR about
result = TRANSFER TO HUMAN dept, "normal", about
if result.success then
    talk "You will talk to " + result.assigned_to_name + ". Position " + result.queue_position
    if result.estimated_wait_seconds > 60 then
        talk "About " + round(result.estimated_wait_seconds / 60) + " minutes."
    end if
else
    talk "Nobody is there. (" + result.status + ")"
end if
