description "Computes the body mass index"
hear weight as number with "Your weight in kg?"
hear height as number with "Your height in cm?"
if height < 3 then height = height * 100
bmi = weight / (height / 100) ^ 2
select case bmi
case is < 18.5
  label = "low"
case 18.5 to 24.9
  label = "normal"
case is < 30
  label = "high"
case else
  label = "very high"
end select
talk "BMI " + format(bmi, "0.0") + ": " + label
return round(bmi, 1)
