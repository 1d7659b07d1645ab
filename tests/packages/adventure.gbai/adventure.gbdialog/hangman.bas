DESCRIPTION "Hangman"
words = ["session", "castle", "orange", "window"]
word = words[RANDOM(0, UBOUND(words) - 1)]
word = "session"
shown = REPEAT("_", LEN(word))
wrong = ""
lives = 6
TALK SPACE(0) + shown
while lives > 0 and instr(shown, "_") > 0
    hear letter
    letter = lcase(left(trim(letter), 1))
    if letter = "" then
        talk "A letter please."
        continue
    end if
    hit = false
    fresh = ""
    for i = 1 to len(word)
        if mid(word, i, 1) = letter then
            fresh = fresh & letter
            hit = true
        else
            fresh = fresh & mid(shown, i, 1)
        end if
    next i
    shown = fresh
    if not hit then
        lives = lives - 1
        wrong = wrong + letter
    end if
    talk shown & "  (" & wrong & ") " & lives
wend
talk iif(lives > 0, "You win!", "You lose: " & word)
return lives
