"""Keywords that call other servers."""

from __future__ import annotations

from .form import Keyword, Lowering, Place
from .outside import SOAP, form_of, outside

_SOFT = (
    "1001 when there is no answer in time, 1002 for an unknown host, 1003 if it cannot be reached, "
    "1400 to 1599 for a status from 400 on: tested by the result"
)
_HARD = "1001 to 1003 and 1400 to 1599 as GET, but they end the script"
_SIZE = "9013 for an answer that is too large"
_PLACE = "5001 for an address in a private network"


def _http(
    words: str,
    doc: str,
    example: str,
    *usages: str,
    target: str = "http",
    kind: str = "call",
    place: Place = Place.BOTH,
    errors: tuple[str, ...] = (_SOFT, _PLACE, _SIZE),
) -> Keyword:
    forms = tuple(form_of(words, usage, Lowering.CALL, target, kind) for usage in usages)
    return Keyword(words, place, forms, doc, example, errors=errors)


_ANSWER = "The answer is a map of what the server sent, with `status`, `headers` and `data`."

KEYWORDS = (
    *(
        _http(words, f"Sends {words} to a server. {_ANSWER}", example, "url", "url, value")
        for words, example in (
            ("POST", 'x = POST "https://example.com/orders", {item: "tea"}'),
            ("PUT", 'x = PUT "https://example.com/orders/1", {item: "tea"}'),
            ("PATCH", 'x = PATCH "https://example.com/orders/1", {count: 2}'),
        )
    ),
    _http(
        "DELETE HTTP",
        f"Sends DELETE to a server. {_ANSWER}",
        'DELETE HTTP "https://example.com/orders/1"',
        "url",
    ),
    _http(
        "GRAPHQL",
        "Asks a GraphQL server. The answer is a map of `data` and `errors`.",
        'x = GRAPHQL "https://example.com/graphql", "{ me { name } }"',
        "url, query",
        "url, query, variables",
        errors=(_HARD, "4008 for an answer that is no JSON", _PLACE, _SIZE),
    ),
    outside(
        "SOAP",
        SOAP,
        "Calls an operation of a SOAP server.",
        'x = SOAP "https://example.com/service.wsdl", "Add", {a: 1}',
        "wsdl, operation",
        "wsdl, operation, parameters",
    ),
    _http(
        "WEBHOOK POST",
        "Sends a map to another server.",
        'WEBHOOK POST "https://example.com/hook" WITH {id: 1}',
        "url WITH value",
        "url, value",
        place=Place.STATEMENT,
    ),
    _http(
        "SET HEADER",
        "A header of later requests of this run; null takes it back.",
        'SET HEADER "Accept", "text/plain"',
        "name, value",
        "name = value",
        "name AS value",
        target="set header",
        kind="pure",
        place=Place.STATEMENT,
        errors=("4002 with the request, for what is no header",),
    ),
    _http(
        "CLEAR HEADERS",
        "Forgets all headers.",
        "CLEAR HEADERS",
        "",
        target="clear headers",
        kind="pure",
        place=Place.STATEMENT,
        errors=(),
    ),
)
