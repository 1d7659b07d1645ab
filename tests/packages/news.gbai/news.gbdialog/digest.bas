SET SCHEDULE "0 7 * * *"
feeds = #{
  world: "https://news.example/world.json",
  science: "https://news.example/science.json",
  sports: "https://news.example/sports.json",
  culture: "https://news.example/culture.json"
}
FOR EACH feed IN feeds
    data = GET feed.value
    IF data.items THEN
        text = ""
        n = 0
        FOR EACH item IN data.items FIRST 5
            short = SUMMARIZE item.body
            text = text + "• " + item.title + "\n  " + short + "\n"
            n = n + 1
        NEXT item
        SET BOT MEMORY "digest_" + feed.key, text
        LOG "digest " + feed.key, n
    ELSE
        LOG_WARN "no " + feed.key + ": " + ERROR MESSAGE
    END IF
NEXT feed
