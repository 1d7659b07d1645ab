PARAM name AS STRING LIKE "Abreu Silva" DESCRIPTION "Required full name of the child."
PARAM birthday AS DATE LIKE "2016-09-23" DESCRIPTION "Required birth date of the child in YYYY-MM-DD."
PARAM email AS STRING LIKE "abreu.silva@example.com" DESCRIPTION "Required email of a parent."
PARAM personalid AS STRING LIKE "12345678900" DESCRIPTION "Required personal id, digits only."
PARAM address AS STRING LIKE "Rua das Flores 123 - SP" DESCRIPTION "Required full address."

DESCRIPTION "This is the enrollment process, called when a parent wants to enroll a child. All data must be given; tell the parent the enrollment number at the end."

id = UUID()
SAVE "enrollments.csv", id, name, birthday, email, personalid, address

RETURN id
