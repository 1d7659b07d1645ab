PARAM name AS STRING LIKE "Ann"
DESCRIPTION "Shows everything known about a contact"

c = FIND ALL "contacts" WHERE name LIKE name ORDER BY created DESC LIMIT 1
IF c IS NULL THEN
    TALK "Nobody called ${name}"
    RETURN
END IF

BEGIN TALK
    **${c.name}**
    📧 ${c.email}
    📞 ${c.phone}

    > ${c.notes}
END TALK

tasks = FIND "tasks", "contact = '${c.id}' AND done = false"
FOR EACH task IN tasks LAST 3
    TALK "- [ ] " + task.title + " (" + FORMAT(task.due, "DD MMM") + ")"
NEXT task
