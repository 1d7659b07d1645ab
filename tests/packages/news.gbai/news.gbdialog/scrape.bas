SET SCHEDULE "hourly"
SET PAGE MODE "text"
titles = SCRAPE_ALL "https://paper.example", "h2.title"
old = GET BOT MEMORY "titles"
IF old = "" THEN old = []
fresh = []
FOR EACH t IN titles
    IF NOT (t IN old) THEN fresh.push(t)
NEXT t
SET BOT MEMORY "titles", titles
IF fresh.length > 0 THEN
    PUBLISH EVENT "fresh_news", { titles: fresh, at: NOW() }
END IF
