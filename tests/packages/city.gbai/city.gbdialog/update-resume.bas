SET SCHEDULE "59 * * * *"
text = GET "city.gbkb/news/news.md"
resume = LLM "In a few words, resume this: " + text
SET BOT MEMORY "resume", resume
