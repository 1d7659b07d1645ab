PARAM deck AS STRING DEFAULT "numbers"
DESCRIPTION "Learn words with boxes"
cards = [
  {front: "one", back: "um", box: 1},
  {front: "two", back: "dois", box: 1},
  {front: "three", back: "três", box: 1},
]
known = 0
rounds = 0
while known < count(cards) and rounds < 12
  for each card in cards
    if card.box < 3 then
      talk card.front + "?"
      hear answer
      if lcase(answer) = card.back then
        card.box = card.box + 1
        talk "ok"
      else
        card.box = 1
        talk "no: " + card.back
      end if
      rounds = rounds + 1
    end if
  next card
  known = 0
  for each card in cards
    if card.box >= 3 then known = known + 1
  next
end while
talk known + " of " + count(cards) + " known"
set "deck_" + deck, cards
return known
