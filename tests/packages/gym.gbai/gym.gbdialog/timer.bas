DESCRIPTION "Interval timer"
hear rounds as integer with "Rounds?" default 3
for r = 1 to rounds
  talk "Go! " & r & "/" & rounds
  wait 0.5
  talk "Rest"
  wait 0.2
next r
talk "Done 💪"
