"""Keywords that ask a language model or work on pictures, sound and web pages."""

from __future__ import annotations

from .form import Form, Keyword, Lowering, Place
from .outside import LEADS, MEDIA, MODEL, PAGES, WEATHER, outside, stored

KEYWORDS = (
    outside(
        "LLM",
        MODEL,
        "Asks the language model and gives its reply.",
        'reply = LLM "Say hello"',
        "prompt [WITH OPTIMIZE FOR goal] [WITH MAX_COST amount] [WITH MAX_LATENCY seconds]",
    ),
    Keyword(
        "USE MODEL",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "choose llm_model", "pure", "USE MODEL name"),),
        "Keeps which model later calls are for, in the session variable llm_model.",
        'USE MODEL "fast"',
    ),
    Keyword(
        "SET ANSWER MODE",
        Place.STATEMENT,
        (Form(("",), Lowering.SPECIAL, "choose answer_mode", "pure", "SET ANSWER MODE mode"),),
        "Keeps how a model answers in free conversation, in the session variable answer_mode.",
        'SET ANSWER MODE "document"',
    ),
    outside("ANSWER", MODEL, "Lets the model answer a question.", 'x = ANSWER "What is a bot?"', "question"),
    outside("REWRITE", MODEL, "A text in better words.", 'x = REWRITE "me want pizza"', "text"),
    outside(
        "TRANSLATE",
        MODEL,
        "A text in another language.",
        'x = TRANSLATE "good morning", "pt"',
        "text",
        "text, language",
        "text TO language",
    ),
    outside("SUMMARIZE", MODEL, "The gist of a text.", 'x = SUMMARIZE "a long story"', "text", "text, length"),
    outside("SENTIMENT", MODEL, "The mood of a text.", 'x = SENTIMENT "I love it"', "text"),
    outside(
        "CLASSIFY",
        MODEL,
        "The category a text belongs to.",
        'x = CLASSIFY "it broke", ["praise", "complaint"]',
        "text, categories",
    ),
    outside(
        "AI SCORE LEAD",
        MODEL,
        "Judges a lead: a map with score and grade.",
        'x = AI SCORE LEAD {company: "ACME"}',
        "lead",
    ),
    outside(
        "SCORE LEAD",
        MODEL,
        "Judges a lead by rules: a map with score and grade.",
        'x = SCORE LEAD {company: "ACME"}',
        "lead",
    ),
    outside(
        "UPDATE LEAD SCORE",
        LEADS,
        "Changes the score of a lead.",
        'UPDATE LEAD SCORE "lead-1", 10, "opened the mail"',
        "",
        "lead, score …",
    ),
    outside("IMAGE", MEDIA, "Makes a picture of a description.", 'x = IMAGE "a red bicycle"', "description"),
    outside("GET IMAGE", MEDIA, "Makes a picture of a description.", 'x = GET IMAGE "a red bicycle"', "description"),
    outside("SEE", MEDIA, "Says what a picture shows.", 'x = SEE "photo.jpg"', "file", "file, question"),
    outside("OCR", MEDIA, "The text in a picture.", 'x = OCR "receipt.png"', "file"),
    outside("SCAN BARCODE", MEDIA, "The code in a picture.", 'x = SCAN BARCODE "label.png"', "file"),
    stored(
        "QR CODE",
        "qr_code",
        "A text as QR code, as an SVG file of the bot. Gives a map of its name, path, size and type.",
        'x = QR CODE "https://example.com"',
        "text",
        errors=("4002 for no text", "9008 for more than 400 bytes of UTF-8", "3005 when the drive is full"),
    ),
    stored(
        "CHART",
        "chart",
        "A picture of numbers, as an SVG file of the bot: bar, line or pie, of an array of numbers, of pairs, of maps"
        " with a text and a number, or of a map of numbers. Gives a map of its name, path, size and type.",
        'x = CHART "bar", {tea: 5, coffee: 3}, "Sold today"',
        "kind, data",
        "kind, data, title",
        errors=(
            "4002 for another kind, or more than 100 numbers",
            "4001 for what is no number",
            "3005 when the drive is full",
        ),
    ),
    outside("PLAY", MEDIA, "Plays a sound or video to the user.", 'PLAY "welcome.mp3"', "file"),
    outside("CARD", MEDIA, "Shows a card with picture and text.", 'CARD {title: "Offer"}', "content", "title, text …"),
    outside("WEATHER", WEATHER, "The weather of a place.", 'x = WEATHER "Lisbon"', "place"),
    outside("SCRAPE", PAGES, "A part of a web page.", 'x = SCRAPE "https://example.com", "h1"', "url", "url, selector"),
    outside(
        "SCRAPE ALL",
        PAGES,
        "All parts of a web page that fit.",
        'x = SCRAPE ALL "https://example.com", "a"',
        "url, selector",
    ),
)
