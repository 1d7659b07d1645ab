"""Keywords that call other servers."""

from __future__ import annotations

from .form import Place
from .outside import HTTP, outside

KEYWORDS = (
    *(
        outside(words, HTTP, f"Sends {words} to a server and gives its answer.", example, "url", "url, value")
        for words, example in (
            ("POST", 'x = POST "https://example.com/orders", {item: "tea"}'),
            ("PUT", 'x = PUT "https://example.com/orders/1", {item: "tea"}'),
            ("PATCH", 'x = PATCH "https://example.com/orders/1", {count: 2}'),
        )
    ),
    outside(
        "DELETE HTTP",
        HTTP,
        "Sends DELETE to a server and gives its answer.",
        'DELETE HTTP "https://example.com/orders/1"',
        "url",
    ),
    outside(
        "GRAPHQL",
        HTTP,
        "Asks a GraphQL server.",
        'x = GRAPHQL "https://example.com/graphql", "{ me { name } }"',
        "url, query",
        "url, query, variables",
    ),
    outside(
        "SOAP",
        HTTP,
        "Calls an operation of a SOAP server.",
        'x = SOAP "https://example.com/service.wsdl", "Add", {a: 1}',
        "wsdl, operation",
        "wsdl, operation, parameters",
    ),
    outside(
        "WEBHOOK POST",
        HTTP,
        "Sends a map to another server.",
        'WEBHOOK POST "https://example.com/hook" WITH {id: 1}',
        "url WITH value",
        "url, value",
        place=Place.STATEMENT,
    ),
    outside(
        "SET HEADER",
        HTTP,
        "A header of later requests of this run.",
        'SET HEADER "Accept", "text/plain"',
        "name, value",
        "name = value",
        "name AS value",
        place=Place.STATEMENT,
    ),
    outside("CLEAR HEADERS", HTTP, "Forgets all headers.", "CLEAR HEADERS", "", place=Place.STATEMENT),
)
