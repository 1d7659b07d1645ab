PARAM query AS STRING LIKE "red shoes"
DESCRIPTION "Product search with the catalogue"
hits = SEARCH PRODUCTS query, 5
FOR EACH h IN hits
    p = PRODUCT h.id
    CARD p.name, p.description
NEXT h
RETURN hits
