PARAM question AS STRING LIKE "what happened in science?"
DESCRIPTION "Answers a question about the news of today"
found = THINK KB question
IF found.total_results = 0 THEN
    answer = "I have read nothing about that."
ELSE
    answer = found.summary + "\n\nSources:"
    FOR EACH r IN found.results
        answer = answer + "\n- " + r.source + " (" + FORMAT(r.relevance, "0%") + ")"
    NEXT r
END IF
TALK answer
RETURN answer
