PARAM code AS STRING LIKE "SPRING10" DESCRIPTION "The coupon code"
DESCRIPTION "Checks a coupon and applies it to the cart"

code = UCASE(TRIM(code))

coupon = FIND "coupons.csv", "code = '" + code + "'"
if coupon is null then
    talk "That code is not valid."
    return false
end if

if coupon.expires <> "" and coupon.expires < format(today(), "YYYY-MM-DD") then
    talk "The code ${code} expired on ${format(coupon.expires, "DD/MM/YYYY")}."
    return false
end if

cart = get "cart"
sum = 0
for each item in cart
    sum = sum + item.price * item.quantity
next

discount = 0
if coupon.kind = "percent" then discount = round(sum * coupon.value / 100, 2) else discount = coupon.value
if discount > sum then discount = sum

set "discount", discount
talk "You save " + format(discount, "#,##0.00") + " EUR."
return true
