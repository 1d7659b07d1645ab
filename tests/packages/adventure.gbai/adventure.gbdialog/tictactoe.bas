' three in a row against a bot that takes the first free cell
board = [" ", " ", " ", " ", " ", " ", " ", " ", " "]
lines = [[0,1,2],[3,4,5],[6,7,8],[0,3,6],[1,4,7],[2,5,8],[0,4,8],[2,4,6]]

FUNCTION Winner()
    FOR EACH l IN lines
        a = board[l[0]]
        IF a <> " " AND a = board[l[1]] AND a = board[l[2]] THEN RETURN a
    NEXT l
    FOR EACH c IN board
        IF c = " " THEN RETURN ""
    NEXT c
    RETURN "draw"
END FUNCTION

SUB Show()
    text = ""
    FOR r = 0 TO 2
        text = text + board[r * 3] + "|" + board[r * 3 + 1] + "|" + board[r * 3 + 2]
        IF r < 2 THEN text = text + "\n-+-+-\n"
    NEXT r
    TALK text
END SUB

who = ""
DO WHILE who = ""
    HEAR cell AS INTEGER WITH "Cell 1 to 9?"
    IF cell < 1 OR cell > 9 THEN
        TALK "1 to 9."
    ELSEIF board[cell - 1] <> " " THEN
        TALK "Taken."
    ELSE
        board[cell - 1] = "X"
        who = Winner()
        IF who = "" THEN
            FOR i = 0 TO 8
                IF board[i] = " " THEN
                    board[i] = "O"
                    EXIT FOR
                END IF
            NEXT i
            who = Winner()
        END IF
        Show()
    END IF
LOOP
TALK who = "draw" ? "A draw." : who + " wins."
RETURN who
