PARAM table AS STRING LIKE "products"
PARAM format AS "csv", "json", "excel" 
DESCRIPTION "Exports a table as a file"

rows = FIND table
name = table + "-" + FORMAT(NOW(), "YYYYMMDDHHmm")

SELECT CASE format
CASE "csv"
    WRITE "export/" + name + ".csv", CSV(rows)
CASE "json"
    WRITE "export/" + name + ".json", TOJSON(rows)
CASE "excel"
    WRITE "export/" + name + ".xlsx", EXCEL(rows)
END SELECT

COMPRESS ["export/" + name + "." + format], "export/" + name + ".zip"
SEND FILE "export/" + name + ".zip", "Here is the export of " + table
DELETE_FILE "export/" + name + ".zip"
