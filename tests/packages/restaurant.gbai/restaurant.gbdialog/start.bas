clear suggestions
add suggestion 'menu' as 'Menu'
add suggestion 'book' as 'Book a table'
add suggestion 'order' as 'Order'
talk 'Olá! What would you like?'
hear what
if what = 'menu' then
  run 'menu'
elseif what = 'book' then
  run 'book'
elseif what = 'order' then
  run 'order'
else
  talk llm 'Answer as a waiter: ' + what
end if
