"""Keywords that call other servers: GET, POST, PUT, PATCH, DELETE, GRAPHQL, WEBHOOK POST, DOWNLOAD.

What a script wrote becomes a request, its answer a value. A failure of all but GRAPHQL is soft: recorded, and tested by
the result, which is null, or of an answer with status 400 and above the map of that answer. Each request carries the
call's key, the same one if it has to be made again.
"""

from __future__ import annotations

import asyncio
import base64
import codecs
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from ...errors import ScriptError
from ...language.keywords.outside import HTTP
from ...language.keywords.outside import refusal as missing_service
from ...limits import HTTP_HEADER_BYTES, HTTP_HEADERS, HTTP_READ_BYTES, VALUE_DEPTH
from ...outside.http import TOO_LARGE, HttpClient, HttpError, HttpRequest, HttpResponse
from ...vm.effects import Effect
from ...vm.values import HostValue
from ..outcomes import Outcome
from ..values import clean_text, from_json, to_json
from .outside import Caller

KEY_HEADER = "idempotency-key"
_METHODS = {"DOWNLOAD": "GET", "DELETE HTTP": "DELETE", "WEBHOOK POST": "POST", "GRAPHQL": "POST"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset((
    "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
    "proxy-authorization", "proxy-connection", "accept-encoding", KEY_HEADER,
))  # fmt: skip
"""What holds a request together is not a script's to say."""
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift_jis"
)
"""Of texts; Python knows others that are none, and some whose reading takes long."""


class HttpPerformer:
    """The effect `http`. `open_client` loads the library and is asked with the first call."""

    def __init__(self, open_client: Callable[[], Awaitable[HttpClient]]) -> None:
        self._open_client = open_client
        self._client: HttpClient | None = None
        self._opening = asyncio.Lock()

    def refusal(self, effect: Effect, caller: Caller) -> ScriptError | None:
        """See `CallPerformer`."""
        return refusal(effect, caller)

    async def perform(self, effect: Effect, key: str, caller: Caller) -> HostValue | Outcome:
        """See `CallPerformer`."""
        words = str(effect.arguments[0])
        request = request_of(effect, key, caller)
        try:
            client = await self._opened()
            response = await client.send(request, caller.bot, caller.config.http_timeout_s)
        except HttpError as error:
            return failed(words, error)
        read = partial(outcome_of, words, response, host_of(request.url))
        found = read() if len(response.body) <= HTTP_READ_BYTES else await asyncio.to_thread(read)
        return with_url(found, words, request.url)

    async def _opened(self) -> HttpClient:
        async with self._opening:
            if self._client is None:
                self._client = await self._open_client()
            return self._client

    async def close(self) -> None:
        """Ends what is left of connections."""
        if self._client is not None:
            await self._client.close()


def missing(effect: Effect) -> ScriptError:
    """The error of a call where nothing performs it."""
    return ScriptError(*missing_service(str(effect.arguments[0]), HTTP))


def refusal(effect: Effect, caller: Caller) -> ScriptError | None:
    """What is wrong with a request before it is sent."""
    try:
        request_of(effect, "", caller)
    except ScriptError as error:
        return error
    return None


# --- requests ----------------------------------------------------------------------------------------------------


def request_of(effect: Effect, key: str, caller: Caller) -> HttpRequest:
    """What a script wrote, as a request. Raises ScriptError."""
    words, _, headers, url, *operands = effect.arguments
    words = str(words)
    headers_sent, body = {KEY_HEADER: key, "user-agent": "botserver", "accept": "*/*"}, b""
    value = operands[0] if operands else None
    if words == "GRAPHQL":
        variables = operands[1] if len(operands) > 1 else None
        if not isinstance(value, str) or not (variables is None or isinstance(variables, dict)):
            raise ScriptError(4002, "GRAPHQL takes a query as text and variables as a map")
        value = {"query": value} if variables is None else {"query": value, "variables": variables}
    if value is not None:
        body, headers_sent["content-type"] = _body(value)
    return HttpRequest(_METHODS.get(words, words), _address(url, caller), headers_sent, _own_headers(headers), body)


def _address(url: HostValue, caller: Caller) -> str:
    """Raises 1404 for a path where the bot has no base."""
    if not isinstance(url, str) or not url.strip():
        raise ScriptError(4002, "a URL is a text")
    url = url.strip()
    if not url.startswith("/"):
        return url
    base = caller.config.api_base_url
    if not base:
        raise ScriptError(1404, "paths need api-base-url in config.csv")
    return base.rstrip("/") + url


def _body(value: HostValue) -> tuple[bytes, str]:
    """Text as it is, anything else as JSON; and its type, if the script does not say another one."""
    if isinstance(value, str):
        is_json = value.lstrip()[:1] in ("{", "[")
        return value.encode(), "application/json" if is_json else "text/plain; charset=utf-8"
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")).encode(), "application/json"


def _own_headers(value: HostValue) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ScriptError(4001, "headers are a map")
    found: dict[str, str] = {}
    for name, text in value.items():
        if text is None:
            continue
        if not _TOKEN.fullmatch(name) or not isinstance(text, str) or not _VALUE.fullmatch(text):
            raise ScriptError(4002, "SET HEADER takes a name and one line of text")
        if name.lower() in _OURS:
            raise ScriptError(4002, f"the header {name.lower()} is set by the server")
        found[name] = text.strip()
    if len(found) > HTTP_HEADERS or sum(len(name) + len(text) for name, text in found.items()) > HTTP_HEADER_BYTES:
        raise ScriptError(4002, f"headers are at most {HTTP_HEADERS}, and {HTTP_HEADER_BYTES} bytes together")
    return found


def host_of(url: str) -> str:
    """For sentences, without anything that might be secret."""
    return re.sub(r"^\w+://", "", url).partition("/")[0].partition("?")[0].rpartition("@")[2][:255]


# --- answers -----------------------------------------------------------------------------------------------------


def outcome_of(words: str, response: HttpResponse, host: str) -> HostValue | Outcome:
    """What a keyword gives for an answer. Raises ScriptError where a failure is not soft."""
    is_failure = response.status >= 400
    what = f"{host} answered with status {response.status}"
    if words == "DOWNLOAD":
        if is_failure:
            return Outcome(None, 1000 + response.status, what, is_soft=True)
        # Bytes are no value; FILE_SAVE makes the file of them.
        return {"data": base64.b64encode(response.body).decode(), "type": _type(response.headers)}
    try:
        body = _parsed(response)
    except RecursionError:
        return failed(words, ScriptError(4006, f"the answer of {host} is nested too deeply"))
    if words == "GRAPHQL":
        if is_failure:
            raise ScriptError(1000 + response.status, what)
        if not isinstance(body, dict):
            raise ScriptError(4008, f"the answer of {host} is no JSON map")
        return {"data": body.get("data"), "errors": body.get("errors")}
    if words == "GET":
        return Outcome(None, 1000 + response.status, what, is_soft=True) if is_failure else body
    answer = _answer(body, response)
    return Outcome(answer, 1000 + response.status, what, is_soft=True) if is_failure else answer


def with_url(found: HostValue | Outcome, words: str, url: str) -> HostValue | Outcome:
    """A download knows where it is from; what a URL has before its host stays here."""
    if words != "DOWNLOAD" or not isinstance(found, dict):
        return found
    return {**found, "url": re.sub(r"(?<=://)[^/?#]*@", "", url)}


def failed(words: str, error: ScriptError) -> Outcome:
    """The outcome of a call without an answer. What is too large is raised, as everywhere."""
    if words == "GRAPHQL" or error.number == TOO_LARGE:
        raise error
    return Outcome(None, error.number, error.what, is_soft=True)


def _answer(body: HostValue, response: HttpResponse) -> HostValue:
    """The body, if it is a map, with what it does not have itself: status, headers and data."""
    extra: dict[str, HostValue] = {"status": response.status, "headers": dict(response.headers), "data": body}
    if not isinstance(body, dict):
        return extra
    has = {name.lower() for name in body}
    return {**body, **{name: value for name, value in extra.items() if name not in has}}


def _parsed(response: HttpResponse) -> HostValue:
    """JSON as a value, anything else as text."""
    text = _text(response)
    if "json" in _type(response.headers) or text.lstrip()[:1] in ("{", "["):
        try:
            value = json.loads(text, parse_constant=_no_number)
        except ValueError:
            return text
        _check_depth(value)
        return from_json(value)
    return text


def _check_depth(value: object) -> None:
    """Level by level, since whoever answers chooses the depth. Raises RecursionError."""
    level = [value]
    for _ in range(VALUE_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, list | dict)
            for inner in (each if isinstance(each, list) else each.values())
            if isinstance(inner, list | dict)
        ]
        if not level:
            return
    raise RecursionError


def _no_number(word: str) -> object:
    raise ValueError(word)  # NaN and Infinity are no JSON


def _type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _text(response: HttpResponse) -> str:
    found = re.search(r"charset=\"?([\w-]+)", response.headers.get("content-type", ""), re.IGNORECASE)
    charset = found[1].lower() if found is not None else "utf-8"
    if charset in ("utf-8", "utf8") or not _CHARSETS.fullmatch(charset):
        charset = "utf-8-sig"
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = "utf-8-sig"
    return clean_text(response.body.decode(charset, "replace"))
