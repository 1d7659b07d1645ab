DESCRIPTION "A rough price of a home"

FUNCTION PricePerMeter(zip)
    rows = FIND "prices.csv", "zip", LEFT(zip, 4)
    IF ISNULL(rows) THEN
        PricePerMeter = 2500
    ELSE
        PricePerMeter = rows.price
    END IF
END FUNCTION

HEAR zip AS ZIPCODE WITH "Your postal code?"
HEAR area AS NUMBER WITH "How many square metres?"
HEAR built AS INTEGER WITH "Built in which year?"

price = PricePerMeter(zip) * area
age = YEAR(NOW()) - built
SELECT CASE TRUE
    CASE age < 5
        factor = 1.15
    CASE age < 20
        factor = 1
    CASE ELSE
        factor = 1 - MIN(age, 80) / 200
END SELECT
value = ROUND(price * factor, -3)
low = value * 0.93
high = value * 1.07
TALK "Between " + FORMAT(low, "#,##0") + " and " + FORMAT(high, "#,##0") + " €. Our commission is " + commission + "%."
RETURN { value: value, low: low, high: high }
