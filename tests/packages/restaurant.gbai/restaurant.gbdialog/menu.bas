dishes = find 'menu.csv'
groups = group by dishes, 'course'
for each g in groups
  talk '**' + ucase(g.key) + '**'
  for each d in g.value
    line = '- ' + d.name + ' ' + format(d.price, '0.00') + ' €'
    if d.spicy then line = line + ' 🌶'
    talk line
  next
next
send file 'menu.pdf', 'The whole menu'
