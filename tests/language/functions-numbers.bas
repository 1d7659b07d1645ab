' --- sign
TALK SGN(-5), SGN(0), SGN(2.5), SIGN("-3"), SGN(NULL), SGN(TRUE)    ' expect: -1 0 1 -1 0 1
' --- sign of text
x = SGN("x")                             ' fault: 4001
' --- floor and ceil
TALK FLOOR(2.9), FLOOR(-2.1), FLOOR(3), FLOOR("1.5"), FLOOR(NULL), FLOOR(1e300)    ' expect: 2 -3 3 1 0 1e300
TALK CEIL(2.1), CEIL(-2.9), CEILING(3), CEIL("1.5"), CEIL(0.1), CEIL(-0.5)    ' expect: 3 -2 3 2 1 0
TALK TYPEOF(FLOOR(2.5)), TYPEOF(CEIL(1e300)), FLOOR(1e308 * 10), CEIL(-1e308 * 10)    ' expect: integer float Infinity -Infinity
' --- ceil of an array
x = CEIL([1])                            ' fault: 4001
' --- square root
TALK SQR(16), SQRT(2), SQRT(0), SQRT("9"), SQRT(NULL), SQRT(1e308 * 10)    ' expect: 4 1.4142135623730951 0 3 0 Infinity
' --- square root of a negative number
x = SQR(-1)                              ' fault: 4003
' --- exponential and logarithms
TALK EXP(0), EXP(1), EXP(1000), EXP(-1000), EXP(NULL)    ' expect: 1 2.718281828459045 Infinity 0 1
TALK LOG(1), LOG(EXP(2)), LOG10(1000), LOG10("0.01"), LOG(9223372036854775807)    ' expect: 0 2 3 -2 43.66827237527655
IF LOG(10) > 2 AND LOG(10) < 3 THEN TALK "natural"    ' expect: natural
' --- logarithm of zero
x = LOG(0)                               ' fault: 4003
' --- logarithm of a negative number
x = LOG10(-1)                            ' fault: 4003
' --- logarithm of null
x = LOG(NULL)                            ' fault: 4003
' --- logarithm of text
x = LOG("abc")                           ' fault: 4001
' --- circular functions
TALK SIN(0), COS(0), TAN(0), ATN(0), ROUND(ATN(1) * 4, 10), ROUND(SIN(PI() / 2), 10), ROUND(COS(PI), 10)
' expect: 0 1 0 0 3.1415926536 1 -1
TALK SIN(1e308 * 10), ATN(1e308 * 10) > 1.57, SIN(NULL)    ' expect: NaN true 0
' --- pi
TALK PI(), PI, pi * 2                    ' expect: 3.141592653589793 3.141592653589793 6.283185307179586
' --- pi as a variable
pi = 3
TALK pi, ROUND(PI(), 2)                  ' expect: 3 3.14
' --- pi with an argument
x = PI(1)                                ' error: L108
' --- pow and mod
TALK POW(2, 10), POW(2, -1), POW(2, 0.5) > 1.41, POW("3", 2), POW(-2, 3), POW(10, 30), POW(0, 0)    ' expect: 1024 0.5 true 9 -8 1e30 1
TALK MOD(7, 3), MOD(-7, 3), MOD(7, -3), MOD(7.5, 2), MOD("7", "4"), mod(NULL, 2)    ' expect: 1 -1 1 1.5 3 0
TALK 7 MOD (3), MOD(7, 3) MOD 2, 10 MOD MOD(7, 4), 2.pow(3)    ' expect: 1 1 1 8
x = MOD(9, 4) + 1
TALK x                                   ' expect: 2
' --- pow of zero to a negative power
x = POW(0, -1)                           ' fault: 4003
' --- pow of a negative number to a fraction
x = POW(-8, 0.5)                         ' fault: 4003
' --- mod by zero
x = MOD(5, 0)                            ' fault: 4003
' --- mod of text
x = MOD("a", 2)                          ' fault: 4001
' --- log as a statement and as a function
LOG "text"                               ' log: info text
x = LOG(1) + 1
TALK x                                   ' expect: 1
