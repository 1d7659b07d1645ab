' --- bot memory is cleared
SET BOT MEMORY "a", 1
CLEAR BOT MEMORY "a"
TALK "[" & (GET BOT MEMORY "a") & "]"       ' expect: []
' --- memory of the user
TALK "[" & (GET USER MEMORY "size") & "]"   ' expect: []
SET USER MEMORY "size", {a: [1]}
x = GET USER MEMORY "size"
x.a[0] = 2
TALK GET USER MEMORY "size"                 ' expect: {"a":[1]}
SET USER MEMORY "size" AS "L"
TALK RECALL "size"                          ' expect: L
CLEAR USER MEMORY "size"
TALK "[" & (RECALL "size") & "]"            ' expect: []
REMEMBER "a", 1
REMEMBER "b" = 2
k = "c"
REMEMBER k = 3 + 1
TALK (RECALL "a") & (RECALL("b")) & (RECALL k)  ' expect: 124
CLEAR USER MEMORY
TALK "[" & (RECALL "a") & "]"               ' expect: []
' --- a duration is a number of seconds or a text
REMEMBER "a", 1, "30 days"
REMEMBER "a", 1, 90
REMEMBER "a", 1, "2h"
REMEMBER "a", 1, "1.5 Minutes"
REMEMBER "a", 1, " 1 month "
REMEMBER "a", 1, "1 year"
REMEMBER "a", 1, "45"
REMEMBER "a", 1, NULL
' effect: user_memory_set "a" 1 2592000.0
' effect: user_memory_set "a" 1 90.0
' effect: user_memory_set "a" 1 7200.0
' effect: user_memory_set "a" 1 90.0
' effect: user_memory_set "a" 1 2592000.0
' effect: user_memory_set "a" 1 31536000.0
' effect: user_memory_set "a" 1 45.0
' effect: user_memory_set "a" 1 null
' --- a duration of nothing
REMEMBER "a", 1, 0                          ' fault: 4002 duration
' --- a duration of something else
REMEMBER "a", 1, "soon"                     ' fault: 4002 duration
' --- a duration of another unit
REMEMBER "a", 1, "3 moons"                  ' fault: 4002 duration
' --- a duration that is a list
REMEMBER "a", 1, [1]                        ' fault: 4002 duration
' --- a duration of ten years and no longer
REMEMBER "a", 1, "3650 days"
REMEMBER "a", 1, "3651 days"                ' fault: 4002 3650
' --- facts about the user
SET USER FACT "city", "Recife"
SET USER FACT "age" AS 41
SET USER FACT "gone", 1
SET USER FACT "gone", NULL
facts = USER FACTS()
TALK facts                                  ' expect: {"city":"Recife","age":41}
FOR EACH fact IN USER FACTS
  TALK fact.key                             ' expect: city | age
NEXT
SET_USER_MEMORY "x", 1
TALK GET_USER_MEMORY("x")                   ' expect: 1
' --- words of memory are variables too
remember = 1
recall = remember + 1
TALK recall                                 ' expect: 2
' --- a cached value is there until its time is over
TALK (CACHE GET "rate") IS NULL          ' expect: true
CACHE SET "rate", {usd: [5.2]}, "10 minutes"
r = CACHE GET "rate"
r.usd[0] = 0
TALK CACHE GET "rate"                    ' expect: {"usd":[5.2]}
CACHE SET "rate", NULL
TALK "[" & (CACHE GET "rate") & "]"      ' expect: []
CACHE_SET("a" & 1, 2, 90)
TALK CACHE_GET("a1") + 1                 ' expect: 3
TALK CACHE GET "a1" & 2                  ' expect:
' --- how long a value is cached
CACHE SET "a", [1]                       ' effect: cache_set "a" [1] null
CACHE SET "b" & 1, 2, 90                 ' effect: cache_set "b1" 2 90.0
CACHE SET "c", NULL, "10 minutes"        ' effect: cache_set "c" null 600.0
' --- keys and times of the cache
TRY
  CACHE SET "", 1
CATCH e
  TALK e.code                            ' expect: 4002
END TRY
TRY
  CACHE SET "a", 1, "soon"
CATCH e
  TALK e.code                            ' expect: 4002
END TRY
TRY
  CACHE SET "a", STRING(70000, "x")
CATCH e
  TALK e.code                            ' expect: 9008
END TRY
x = CACHE GET STRING(256, "k")               ' fault: 4002 the key of a cached value has 1 to 255 characters
' --- a procedure named cache get
TALK Cache_Get("x")                      ' expect: mine x
FUNCTION Cache_Get(key)
  RETURN "mine " & key
END FUNCTION
' --- memory that goes to another bot and comes from one
SET BOT MEMORY "k", 1
BOT SHARE MEMORY "k" WITH "b" & "illing"  ' effect: bot_memory_share "k" "billing"
BOT SYNC MEMORY FROM "billing"           ' effect: bot_memory_sync "billing"
' --- taking memory gives nothing
x = BOT SYNC MEMORY FROM "billing"       ' error: L103
