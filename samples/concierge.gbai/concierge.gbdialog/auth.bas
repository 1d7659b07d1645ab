' Who a user is, is said by whoever opens the session: the web page or the app. So this only shows the way there.
CLEAR SUGGESTIONS
ADD SUGGESTION "Log in" AS "url"
TALK "Log in at https://acme.example/login and open this chat again."
