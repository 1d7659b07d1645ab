' --- whole numbers
HEAR a AS INTEGER WITH "How many?"     ' expect: How many? ' hear: 12 | 1,234 | 1.234.567 | -5 | 1 000
HEAR b AS INT
HEAR c AS INTEGER
HEAR d AS INTEGER
HEAR e AS INTEGER
TALK a + 1, b, c, d, e                 ' expect: 13 1234 1234567 -5 1000
TALK a / 5                             ' expect: 2.4
' --- three tries, then the default or nothing
HEAR a AS INTEGER DEFAULT 7            ' hear: x | 1,23 | 1.5
' expect: Please enter a whole number. | Please enter a whole number.
TALK a                                 ' expect: 7
HEAR b AS NUMBER                       ' hear: x | y | z
' expect: Please enter a number. | Please enter a number.
TALK "[" & b & "]"                     ' expect: []
' --- the second try may be right
HEAR a AS BOOLEAN                      ' hear: perhaps | Sim ' expect: Please answer yes or no.
TALK a                                 ' expect: true
' --- a blank answer takes the default unchecked, without one it is wrong
HEAR a AS EMAIL DEFAULT "none"         ' hear: \s | \s | a@b.co
HEAR b AS EMAIL                        ' expect: Please enter an e-mail address, such as name@example.com.
TALK a, b                              ' expect: none a@b.co
' --- numbers and money
HEAR a AS NUMBER                       ' hear: 1,5 | 1.234,56 | 1,234.56 | 3.0 | R$ 1.234,50 | $ 3 | 0,125
HEAR b AS FLOAT
HEAR c AS DECIMAL
HEAR d AS DOUBLE
HEAR e AS MONEY
HEAR f AS CURRENCY
HEAR g AS AMOUNT
TALK a, b, c, d, e, f, g               ' expect: 1.5 1234.56 1234.56 3 1234.5 3 0.13
' --- money is not negative
HEAR a AS MONEY                        ' hear: -3 | 3 ' expect: Please enter an amount, such as 12.50.
TALK a                                 ' expect: 3
' --- dates and times
HEAR a AS DATE                         ' hear: 25/12/2024 | 12/25/2024 | 2024-2-3 | 25 Dec 2024 | December 25, 2024
HEAR b AS DATE
HEAR c AS DATE
HEAR d AS DATE
HEAR e AS DATE
TALK a, b, c, d, e                     ' expect: 2024-12-25 2024-12-25 2024-02-03 2024-12-25 2024-12-25
HEAR f AS HOUR                         ' hear: 14:30 | 2:30 PM | 12:05 am
HEAR g AS TIME
HEAR h AS HOUR
TALK f, g, h                           ' expect: 14:30 14:30 00:05
' --- days by name
HEAR a AS DATE                         ' hear: today | tomorrow | ontem
HEAR b AS DATE
HEAR c AS DATE
TALK a = TODAY() AND b = TODAY() + 86400 AND c = TODAY() - 86400   ' expect: true
' --- a day that is none
HEAR a AS DATE DEFAULT "none"          ' hear: 30/02/2024 | 2024-13-01 | Smarch 1, 2024
' expect: Please enter a date, such as 25/12/2024. | Please enter a date, such as 25/12/2024.
TALK a                                 ' expect: none
' --- people
HEAR a AS NAME                         ' hear: ana MARIA o'neil | jean-luc | (11) 98765-4321 | 212-555-1234 | +49 151 1234567
HEAR b AS NAME
HEAR c AS MOBILE
HEAR d AS PHONE
HEAR e AS TELEPHONE
TALK a, b                              ' expect: Ana Maria O'Neil Jean-Luc
TALK c & d & e                         ' expect: (11) 98765-4321(212) 555-1234+491511234567
' --- papers and places
HEAR a AS CPF                          ' hear: 52998224725 | 11222333000181 | 01310-100 | 12345 | 12345-6789 | sw1a 1aa
HEAR b AS CNPJ
HEAR c AS ZIPCODE
HEAR d AS ZIP
HEAR e AS POSTALCODE
HEAR f AS CEP
TALK a, b                              ' expect: 529.982.247-25 11.222.333/0001-81
TALK c, d, e, f                        ' expect: 01310-100 12345 12345-6789 SW1A 1AA
' --- check digits
HEAR a AS CPF DEFAULT ""               ' hear: 52998224724 | 111.111.111-11 | 123
' expect: Please enter a valid CPF of 11 digits. | Please enter a valid CPF of 11 digits.
HEAR b AS CREDITCARD                   ' hear: 4111 1111 1111 1112 | 4111 1111 1111 1111
' expect: Please enter a valid card number.
TALK b                                 ' expect: 4111 **** **** 1111
' --- technical types
HEAR a AS LANGUAGE                     ' hear: English | pt-BR | example.com | HTTP://a.example/x | red | #abc | rgb(1, 2, 3)
HEAR b AS LANG
HEAR c AS URL
HEAR d AS LINK
HEAR e AS COLOR
HEAR f AS COLOUR
HEAR g AS COLOR
TALK a, b, c, d                        ' expect: en pt https://example.com HTTP://a.example/x
TALK e, f, g                           ' expect: #FF0000 #AABBCC #010203
HEAR h AS UUID                         ' hear: 550E8400-E29B-41D4-A716-446655440000
TALK h                                 ' expect: 550e8400-e29b-41d4-a716-446655440000
' --- passwords are at least eight characters
HEAR a AS PASSWORD                     ' hear: short | long enough
' expect: Please enter a password of at least 8 characters.
TALK LEN(a)                            ' expect: 11
' --- a key answers a typed hear
ADD SUGGESTION "2" AS "Two pizzas"
HEAR n AS INTEGER                      ' hear: two PIZZAS ' options: 2=Two pizzas
TALK n * 2                             ' expect: 4
' --- in a procedure and a loop
SUB Ask(times)
    FOR i = 1 TO times
        HEAR n AS INTEGER              ' hear: 1 | x | 2 ' expect: Please enter a whole number.
        sum = sum + n
    NEXT
END SUB
sum = 0
Ask(2)
TALK sum                               ' expect: 3
' --- a type that needs a channel
HEAR f AS IMAGE                        ' warning: L206 @1-15 ' fault: 9012 attachments
' --- an unknown type
HEAR f AS BANANA                       ' warning: L211 @11-16 ' hear: x
