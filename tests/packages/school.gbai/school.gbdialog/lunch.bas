# what is for lunch
# (from the canteen's page)
page = GET "https://canteen.example/today.json"
if page?.dishes then
  for each dish in page.dishes
    talk '- ' + dish.name + (dish.vegan ? ' 🌱' : '')
  next
else
  talk 'The canteen has not said.'
end if
