' Helpers for field mapping, called by other scripts
PARAM rows AS ARRAY
PARAM kind AS STRING DEFAULT "customer"

IF kind = "customer" THEN
    out = MAP rows, "CUST_NO->id, CUST_NAME->name, EMAIL_1->email, VAT_NO->vat"
ELSE IF kind = "product" THEN
    out = MAP(rows, "ART_NO->sku, TEXT1->name, PRICE1->price")
ELSE
    out = MAP(rows, "id, name")
END IF

active = FILTER out, "name IS NOT NULL AND name <> ''"
sorted = SORT active BY name ASC
RETURN sorted
