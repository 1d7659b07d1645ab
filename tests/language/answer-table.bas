' --- answers of type string
HEAR x AS STRING        ' hear: hello
TALK x                  ' expect: hello
HEAR x AS TEXT          ' hear: 5
TALK x                  ' expect: 5
HEAR x AS ANY           ' hear: a b
TALK x                  ' expect: a b
' --- answers of type integer
HEAR x AS INTEGER       ' hear: 42
TALK x                  ' expect: 42
HEAR x AS INTEGER       ' hear: -7
TALK x                  ' expect: -7
HEAR x AS INTEGER       ' hear: +7
TALK x                  ' expect: 7
HEAR x AS INT           ' hear: 1,234,567
TALK x                  ' expect: 1234567
HEAR x AS INT           ' hear: 1.234
TALK x                  ' expect: 1234
HEAR x AS INT           ' hear: 12 345
TALK x                  ' expect: 12345
HEAR x AS INT           ' hear: 007
TALK x                  ' expect: 7
HEAR x AS INT           ' hear: 9223372036854775807
TALK x                  ' expect: 9223372036854775807
' --- what is no answer of type integer
HEAR x AS INT           ' hear: 9223372036854775808 | 9223372036854775808 | 9223372036854775808 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: 1,2345 | 1,2345 | 1,2345 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: 12,34 | 12,34 | 12,34 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: 1,234.567 | 1,234.567 | 1,234.567 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: 1e3 | 1e3 | 1e3 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: 1.5 | 1.5 | 1.5 ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: ٣ | ٣ | ٣ ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS INT           ' hear: ten | ten | ten ' expect: Please enter a whole number. | Please enter a whole number.
TALK "[" & x & "]"      ' expect: []
' --- answers of type number
HEAR x AS NUMBER        ' hear: 1.5
TALK x                  ' expect: 1.5
HEAR x AS NUMBER        ' hear: 1,5
TALK x                  ' expect: 1.5
HEAR x AS NUMBER        ' hear: 3
TALK x                  ' expect: 3
HEAR x AS NUMBER        ' hear: 3.0
TALK x                  ' expect: 3
HEAR x AS NUMBER        ' hear: -0.5
TALK x                  ' expect: -0.5
HEAR x AS NUMBER        ' hear: .5
TALK x                  ' expect: 0.5
HEAR x AS NUMBER        ' hear: 1.234,5
TALK x                  ' expect: 1234.5
HEAR x AS NUMBER        ' hear: 1,234.5
TALK x                  ' expect: 1234.5
HEAR x AS FLOAT         ' hear: 1,234
TALK x                  ' expect: 1.234
' --- what is no answer of type number
HEAR x AS DECIMAL       ' hear: 1.2.3 | 1.2.3 | 1.2.3 ' expect: Please enter a number. | Please enter a number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS DOUBLE        ' hear: 1e5 | 1e5 | 1e5 ' expect: Please enter a number. | Please enter a number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS NUMBER        ' hear: abc | abc | abc ' expect: Please enter a number. | Please enter a number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS NUMBER        ' hear: 12abc | 12abc | 12abc ' expect: Please enter a number. | Please enter a number.
TALK "[" & x & "]"      ' expect: []
' --- answers of type money
HEAR x AS MONEY         ' hear: R$ 1.234,56
TALK x                  ' expect: 1234.56
HEAR x AS MONEY         ' hear: $1,234.56
TALK x                  ' expect: 1234.56
HEAR x AS MONEY         ' hear: € 10
TALK x                  ' expect: 10
HEAR x AS MONEY         ' hear: £5.5
TALK x                  ' expect: 5.5
HEAR x AS MONEY         ' hear: ¥100
TALK x                  ' expect: 100
HEAR x AS MONEY         ' hear: 10,50
TALK x                  ' expect: 10.5
HEAR x AS MONEY         ' hear: 10.555
TALK x                  ' expect: 10.56
HEAR x AS CURRENCY      ' hear: 0
TALK x                  ' expect: 0
' --- what is no answer of type money
HEAR x AS AMOUNT        ' hear: -1 | -1 | -1 ' expect: Please enter an amount, such as 12.50. | Please enter an amount, such as 12.50.
TALK "[" & x & "]"      ' expect: []
HEAR x AS MONEY         ' hear: USD 5 | USD 5 | USD 5 ' expect: Please enter an amount, such as 12.50. | Please enter an amount, such as 12.50.
TALK "[" & x & "]"      ' expect: []
HEAR x AS MONEY         ' hear: R$ | R$ | R$ ' expect: Please enter an amount, such as 12.50. | Please enter an amount, such as 12.50.
TALK "[" & x & "]"      ' expect: []
' --- answers of type boolean
HEAR x AS BOOLEAN       ' hear: yes
TALK x                  ' expect: true
HEAR x AS BOOLEAN       ' hear: Y
TALK x                  ' expect: true
HEAR x AS BOOLEAN       ' hear: TRUE
TALK x                  ' expect: true
HEAR x AS BOOLEAN       ' hear: 1
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: sim
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: s
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: si
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: sí
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: oui
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: ja
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: da
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: ok
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: yeah
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: yep
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: sure
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: confirm
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: confirmed
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: accept
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: agree
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: agreed
TALK x                  ' expect: true
HEAR x AS BOOL          ' hear: no
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: n
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: false
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: 0
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: não
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: NÃO
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: nao
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: non
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: nein
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: net
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: nope
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: cancel
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: deny
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: denied
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: reject
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: declined
TALK x                  ' expect: false
HEAR x AS BOOL          ' hear: disagree
TALK x                  ' expect: false
' --- what is no answer of type boolean
HEAR x AS BOOL          ' hear: yes please | yes please | yes please ' expect: Please answer yes or no. | Please answer yes or no.
TALK "[" & x & "]"      ' expect: []
HEAR x AS BOOL          ' hear: 2 | 2 | 2 ' expect: Please answer yes or no. | Please answer yes or no.
TALK "[" & x & "]"      ' expect: []
' --- answers of type date
HEAR x AS DATE          ' hear: 25/12/2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 25-12-2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 25.12.2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 2024-12-25
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 2024/12/25
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 12/25/2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: 01/02/2024
TALK x                  ' expect: 2024-02-01
HEAR x AS DATE          ' hear: 1/2/2024
TALK x                  ' expect: 2024-02-01
HEAR x AS DATE          ' hear: 25 Dec 2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: December 25, 2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: december 25 2024
TALK x                  ' expect: 2024-12-25
HEAR x AS DATE          ' hear: today
TALK x                  ' expect: 2024-02-29
HEAR x AS DATE          ' hear: Tomorrow
TALK x                  ' expect: 2024-03-01
HEAR x AS DATE          ' hear: YESTERDAY
TALK x                  ' expect: 2024-02-28
HEAR x AS DATE          ' hear: hoje
TALK x                  ' expect: 2024-02-29
HEAR x AS DATE          ' hear: amanhã
TALK x                  ' expect: 2024-03-01
HEAR x AS DATE          ' hear: ontem
TALK x                  ' expect: 2024-02-28
' --- what is no answer of type date
HEAR x AS DATE          ' hear: 29/02/2023 | 29/02/2023 | 29/02/2023 ' expect: Please enter a date, such as 25/12/2024. | Please enter a date, such as 25/12/2024.
TALK "[" & x & "]"      ' expect: []
HEAR x AS DATE          ' hear: 13/13/2024 | 13/13/2024 | 13/13/2024 ' expect: Please enter a date, such as 25/12/2024. | Please enter a date, such as 25/12/2024.
TALK "[" & x & "]"      ' expect: []
HEAR x AS DATE          ' hear: 25/12/24 | 25/12/24 | 25/12/24 ' expect: Please enter a date, such as 25/12/2024. | Please enter a date, such as 25/12/2024.
TALK "[" & x & "]"      ' expect: []
HEAR x AS DATE          ' hear: soon | soon | soon ' expect: Please enter a date, such as 25/12/2024. | Please enter a date, such as 25/12/2024.
TALK "[" & x & "]"      ' expect: []
' --- answers of type hour
HEAR x AS HOUR          ' hear: 14:30
TALK x                  ' expect: 14:30
HEAR x AS HOUR          ' hear: 2:30 PM
TALK x                  ' expect: 14:30
HEAR x AS HOUR          ' hear: 2:30pm
TALK x                  ' expect: 14:30
HEAR x AS TIME          ' hear: 12:00 AM
TALK x                  ' expect: 00:00
HEAR x AS TIME          ' hear: 12:00 PM
TALK x                  ' expect: 12:00
HEAR x AS TIME          ' hear: 9:05
TALK x                  ' expect: 09:05
HEAR x AS TIME          ' hear: 23:59
TALK x                  ' expect: 23:59
' --- what is no answer of type hour
HEAR x AS TIME          ' hear: 24:00 | 24:00 | 24:00 ' expect: Please enter a time, such as 14:30. | Please enter a time, such as 14:30.
TALK "[" & x & "]"      ' expect: []
HEAR x AS TIME          ' hear: 13:00 PM | 13:00 PM | 13:00 PM ' expect: Please enter a time, such as 14:30. | Please enter a time, such as 14:30.
TALK "[" & x & "]"      ' expect: []
HEAR x AS TIME          ' hear: 1:5 | 1:5 | 1:5 ' expect: Please enter a time, such as 14:30. | Please enter a time, such as 14:30.
TALK "[" & x & "]"      ' expect: []
HEAR x AS TIME          ' hear: noon | noon | noon ' expect: Please enter a time, such as 14:30. | Please enter a time, such as 14:30.
TALK "[" & x & "]"      ' expect: []
' --- answers of type email
HEAR x AS EMAIL         ' hear: Ann@Example.COM
TALK x                  ' expect: ann@example.com
HEAR x AS EMAIL         ' hear: a@b.c
TALK x                  ' expect: a@b.c
HEAR x AS EMAIL         ' hear: a.b+c@mail.example.org
TALK x                  ' expect: a.b+c@mail.example.org
' --- what is no answer of type email
HEAR x AS EMAIL         ' hear: a@b | a@b | a@b ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: a@@b.co | a@@b.co | a@@b.co ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: a b@c.co | a b@c.co | a b@c.co ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: a@b..co | a@b..co | a@b..co ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: @b.co | @b.co | @b.co ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: a@.co | a@.co | a@.co ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS EMAIL         ' hear: ann | ann | ann ' expect: Please enter an e-mail address, such as name@example.com. | Please enter an e-mail address, such as name@example.com.
TALK "[" & x & "]"      ' expect: []
' --- answers of type name
HEAR x AS NAME          ' hear: ana maria
TALK x                  ' expect: Ana Maria
HEAR x AS NAME          ' hear: ANA
TALK x                  ' expect: Ana
HEAR x AS NAME          ' hear: o'neil
TALK x                  ' expect: O'Neil
HEAR x AS NAME          ' hear: jean-luc
TALK x                  ' expect: Jean-Luc
HEAR x AS NAME          ' hear: josé ávila
TALK x                  ' expect: José Ávila
HEAR x AS NAME          ' hear: 李小龙
TALK x                  ' expect: 李小龙
' --- what is no answer of type name
HEAR x AS NAME          ' hear: A | A | A ' expect: Please enter a name of 2 to 100 letters. | Please enter a name of 2 to 100 letters.
TALK "[" & x & "]"      ' expect: []
HEAR x AS NAME          ' hear: R2D2 | R2D2 | R2D2 ' expect: Please enter a name of 2 to 100 letters. | Please enter a name of 2 to 100 letters.
TALK "[" & x & "]"      ' expect: []
HEAR x AS NAME          ' hear: ann@x | ann@x | ann@x ' expect: Please enter a name of 2 to 100 letters. | Please enter a name of 2 to 100 letters.
TALK "[" & x & "]"      ' expect: []
HEAR x AS NAME          ' hear: -- | -- | -- ' expect: Please enter a name of 2 to 100 letters. | Please enter a name of 2 to 100 letters.
TALK "[" & x & "]"      ' expect: []
' --- answers of type mobile
HEAR x AS MOBILE        ' hear: 11987654321
TALK x                  ' expect: (11) 98765-4321
HEAR x AS PHONE         ' hear: (11) 98765-4321
TALK x                  ' expect: (11) 98765-4321
HEAR x AS TELEPHONE     ' hear: 212-555-1234
TALK x                  ' expect: (212) 555-1234
HEAR x AS PHONE         ' hear: 212.555.1234
TALK x                  ' expect: (212) 555-1234
HEAR x AS PHONE         ' hear: +49 151 1234567
TALK x                  ' expect: +491511234567
HEAR x AS PHONE         ' hear: +351 912 345 678
TALK x                  ' expect: +351912345678
' --- what is no answer of type mobile
HEAR x AS PHONE         ' hear: 123456789 | 123456789 | 123456789 ' expect: Please enter a phone number of 10 to 15 digits. | Please enter a phone number of 10 to 15 digits.
TALK "[" & x & "]"      ' expect: []
HEAR x AS PHONE         ' hear: 1234567890123456 | 1234567890123456 | 1234567890123456 ' expect: Please enter a phone number of 10 to 15 digits. | Please enter a phone number of 10 to 15 digits.
TALK "[" & x & "]"      ' expect: []
HEAR x AS PHONE         ' hear: 21255512x4 | 21255512x4 | 21255512x4 ' expect: Please enter a phone number of 10 to 15 digits. | Please enter a phone number of 10 to 15 digits.
TALK "[" & x & "]"      ' expect: []
' --- answers of type zipcode
HEAR x AS ZIPCODE       ' hear: 01310100
TALK x                  ' expect: 01310-100
HEAR x AS ZIP           ' hear: 01310-100
TALK x                  ' expect: 01310-100
HEAR x AS CEP           ' hear: 90210
TALK x                  ' expect: 90210
HEAR x AS POSTALCODE    ' hear: 90210-1234
TALK x                  ' expect: 90210-1234
HEAR x AS ZIP           ' hear: 902101234
TALK x                  ' expect: 90210-1234
HEAR x AS ZIP           ' hear: sw1a 1aa
TALK x                  ' expect: SW1A 1AA
HEAR x AS ZIP           ' hear: M1 1AE
TALK x                  ' expect: M1 1AE
' --- what is no answer of type zipcode
HEAR x AS ZIP           ' hear: 1234 | 1234 | 1234 ' expect: Please enter a postal code. | Please enter a postal code.
TALK "[" & x & "]"      ' expect: []
HEAR x AS ZIP           ' hear: abc | abc | abc ' expect: Please enter a postal code. | Please enter a postal code.
TALK "[" & x & "]"      ' expect: []
' --- answers of type cpf
HEAR x AS CPF           ' hear: 529.982.247-25
TALK x                  ' expect: 529.982.247-25
HEAR x AS CPF           ' hear: 52998224725
TALK x                  ' expect: 529.982.247-25
' --- what is no answer of type cpf
HEAR x AS CPF           ' hear: 52998224726 | 52998224726 | 52998224726 ' expect: Please enter a valid CPF of 11 digits. | Please enter a valid CPF of 11 digits.
TALK "[" & x & "]"      ' expect: []
HEAR x AS CPF           ' hear: 11111111111 | 11111111111 | 11111111111 ' expect: Please enter a valid CPF of 11 digits. | Please enter a valid CPF of 11 digits.
TALK "[" & x & "]"      ' expect: []
HEAR x AS CPF           ' hear: 5299822472 | 5299822472 | 5299822472 ' expect: Please enter a valid CPF of 11 digits. | Please enter a valid CPF of 11 digits.
TALK "[" & x & "]"      ' expect: []
' --- answers of type cnpj
HEAR x AS CNPJ          ' hear: 11.222.333/0001-81
TALK x                  ' expect: 11.222.333/0001-81
HEAR x AS CNPJ          ' hear: 11222333000181
TALK x                  ' expect: 11.222.333/0001-81
' --- what is no answer of type cnpj
HEAR x AS CNPJ          ' hear: 11222333000182 | 11222333000182 | 11222333000182 ' expect: Please enter a valid CNPJ of 14 digits. | Please enter a valid CNPJ of 14 digits.
TALK "[" & x & "]"      ' expect: []
HEAR x AS CNPJ          ' hear: 00000000000000 | 00000000000000 | 00000000000000 ' expect: Please enter a valid CNPJ of 14 digits. | Please enter a valid CNPJ of 14 digits.
TALK "[" & x & "]"      ' expect: []
' --- answers of type language
HEAR x AS LANGUAGE      ' hear: en
TALK x                  ' expect: en
HEAR x AS LANGUAGE      ' hear: EN
TALK x                  ' expect: en
HEAR x AS LANG          ' hear: English
TALK x                  ' expect: en
HEAR x AS LANG          ' hear: inglês
TALK x                  ' expect: en
HEAR x AS LANG          ' hear: inglés
TALK x                  ' expect: en
HEAR x AS LANG          ' hear: português
TALK x                  ' expect: pt
HEAR x AS LANG          ' hear: portuguese
TALK x                  ' expect: pt
HEAR x AS LANG          ' hear: español
TALK x                  ' expect: es
HEAR x AS LANG          ' hear: german
TALK x                  ' expect: de
HEAR x AS LANG          ' hear: alemão
TALK x                  ' expect: de
HEAR x AS LANG          ' hear: pt-BR
TALK x                  ' expect: pt
HEAR x AS LANG          ' hear: zh
TALK x                  ' expect: zh
' --- what is no answer of type language
HEAR x AS LANG          ' hear: klingon | klingon | klingon ' expect: Please enter a language, such as English or pt. | Please enter a language, such as English or pt.
TALK "[" & x & "]"      ' expect: []
HEAR x AS LANG          ' hear: xx | xx | xx ' expect: Please enter a language, such as English or pt. | Please enter a language, such as English or pt.
TALK "[" & x & "]"      ' expect: []
' --- answers of type url
HEAR x AS URL           ' hear: example.com
TALK x                  ' expect: https://example.com
HEAR x AS LINK          ' hear: http://example.com/a?b=c#d
TALK x                  ' expect: http://example.com/a?b=c#d
HEAR x AS URL           ' hear: HTTPS://Example.com
TALK x                  ' expect: HTTPS://Example.com
' --- what is no answer of type url
HEAR x AS URL           ' hear: ftp://example.com | ftp://example.com | ftp://example.com ' expect: Please enter a web address, such as https://example.com. | Please enter a web address, such as https://example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS URL           ' hear: javascript:alert(1) | javascript:alert(1) | javascript:alert(1) ' expect: Please enter a web address, such as https://example.com. | Please enter a web address, such as https://example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS URL           ' hear: not a url | not a url | not a url ' expect: Please enter a web address, such as https://example.com. | Please enter a web address, such as https://example.com.
TALK "[" & x & "]"      ' expect: []
HEAR x AS URL           ' hear: localhost | localhost | localhost ' expect: Please enter a web address, such as https://example.com. | Please enter a web address, such as https://example.com.
TALK "[" & x & "]"      ' expect: []
' --- answers of type uuid
HEAR x AS UUID          ' hear: 550E8400-E29B-41D4-A716-446655440000
TALK x                  ' expect: 550e8400-e29b-41d4-a716-446655440000
HEAR x AS GUID          ' hear: {550e8400-e29b-41d4-a716-446655440000}
TALK x                  ' expect: 550e8400-e29b-41d4-a716-446655440000
' --- what is no answer of type uuid
HEAR x AS UUID          ' hear: 550e8400e29b41d4a716446655440000 | 550e8400e29b41d4a716446655440000 | 550e8400e29b41d4a716446655440000 ' expect: Please enter a UUID. | Please enter a UUID.
TALK "[" & x & "]"      ' expect: []
HEAR x AS UUID          ' hear: zz0e8400-e29b-41d4-a716-446655440000 | zz0e8400-e29b-41d4-a716-446655440000 | zz0e8400-e29b-41d4-a716-446655440000 ' expect: Please enter a UUID. | Please enter a UUID.
TALK "[" & x & "]"      ' expect: []
' --- answers of type color
HEAR x AS COLOR         ' hear: red
TALK x                  ' expect: #FF0000
HEAR x AS COLOUR        ' hear: Blue
TALK x                  ' expect: #0000FF
HEAR x AS COLOR         ' hear: #0f0
TALK x                  ' expect: #00FF00
HEAR x AS COLOR         ' hear: #ff00aa
TALK x                  ' expect: #FF00AA
HEAR x AS COLOR         ' hear: rgb(255,0,10)
TALK x                  ' expect: #FF000A
' --- what is no answer of type color
HEAR x AS COLOR         ' hear: rgb(256,0,0) | rgb(256,0,0) | rgb(256,0,0) ' expect: Please enter a colour, such as red or #FF0000. | Please enter a colour, such as red or #FF0000.
TALK "[" & x & "]"      ' expect: []
HEAR x AS COLOR         ' hear: #12 | #12 | #12 ' expect: Please enter a colour, such as red or #FF0000. | Please enter a colour, such as red or #FF0000.
TALK "[" & x & "]"      ' expect: []
HEAR x AS COLOR         ' hear: reddish | reddish | reddish ' expect: Please enter a colour, such as red or #FF0000. | Please enter a colour, such as red or #FF0000.
TALK "[" & x & "]"      ' expect: []
' --- answers of type creditcard
HEAR x AS CREDITCARD    ' hear: 4111111111111111
TALK x                  ' expect: 4111 **** **** 1111
HEAR x AS CARD          ' hear: 4111-1111-1111-1111
TALK x                  ' expect: 4111 **** **** 1111
HEAR x AS CARD          ' hear: 378282246310005
TALK x                  ' expect: 3782 **** **** 0005
' --- what is no answer of type creditcard
HEAR x AS CARD          ' hear: 4111111111111112 | 4111111111111112 | 4111111111111112 ' expect: Please enter a valid card number. | Please enter a valid card number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS CARD          ' hear: 411111111111 | 411111111111 | 411111111111 ' expect: Please enter a valid card number. | Please enter a valid card number.
TALK "[" & x & "]"      ' expect: []
HEAR x AS CARD          ' hear: 0000000000000000 | 0000000000000000 | 0000000000000000 ' expect: Please enter a valid card number. | Please enter a valid card number.
TALK "[" & x & "]"      ' expect: []
' --- answers of type password
HEAR x AS PASSWORD      ' hear: 12345678
TALK x                  ' expect: 12345678
HEAR x AS PASS          ' hear: pässword
TALK x                  ' expect: pässword
' --- what is no answer of type password
HEAR x AS SECRET        ' hear: 1234567 | 1234567 | 1234567 ' expect: Please enter a password of at least 8 characters. | Please enter a password of at least 8 characters.
TALK "[" & x & "]"      ' expect: []
