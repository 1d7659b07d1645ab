REM Clinic front desk
REM (c) the clinic

use kb "exams"
add_kb "insurance"

add_tool "book_appointment"
add_tool "cancel_appointment"
add_tool "doctors"
add_tool "results"

clear_suggestions
add suggestion "book", "Book an appointment"
add suggestion "cancel", "Cancel an appointment"
add suggestion "results", "My results"

set context "clinic" as "Clinic ${clinic}, phone ${phone}. Open Monday to Friday from 8 to 20 h."
set context "rules" as "Never give a diagnosis. In an emergency tell the patient to call 112."

patient = recall "patient"
if patient then
    talk "Hello again, " + patient.name + "!"
else
    talk "Hello! I'm the assistant of " + clinic + "."
end if

begin talk
How can I help?

1. Appointments
2. Results
3. Directions
end talk
