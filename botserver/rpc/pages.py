"""Page tokens: the store's cursor, bound to the parameters of the list it belongs to.

A token that was changed, or comes with other parameters, is refused instead of giving a page of another list. It is
no secret and opens nothing: who may read is asked anew for every page.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import blake2b

from ..errors import BadField, PageTokenMismatch
from ..limits import PAGE_SIZE, PAGE_SIZE_MAX, PAGE_TOKEN_CHARS

_MARK_BYTES = 8


def seal(cursor: str, *parameters: str) -> str:
    """The token for the next page; "" after the last one."""
    if not cursor:
        return ""
    data = cursor.encode()
    return base64.urlsafe_b64encode(_mark(data, parameters) + data).decode().rstrip("=")


def unseal(token: str, *parameters: str) -> str:
    """The cursor of a token made with the same parameters. Raises PageTokenMismatch."""
    if not token:
        return ""
    try:
        if len(token) > PAGE_TOKEN_CHARS:
            raise ValueError("longer than any token")
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        mark, data = raw[:_MARK_BYTES], raw[_MARK_BYTES:]
        if mark != _mark(data, parameters):
            raise ValueError("another list's token")
        return data.decode()
    except (ValueError, binascii.Error) as error:
        raise PageTokenMismatch from error


def page_size(asked: int, largest: int = PAGE_SIZE_MAX) -> int:
    """The size to use: the default for 0, never more than `largest`. Raises BadField below 0."""
    if asked < 0:
        raise BadField("page_size", f"is {asked}", hint="leave it 0 for the default")
    return min(asked or PAGE_SIZE, largest)


def _mark(data: bytes, parameters: tuple[str, ...]) -> bytes:
    mark = blake2b(data, digest_size=_MARK_BYTES, person=b"page token")
    for parameter in parameters:
        encoded = parameter.encode()
        mark.update(len(encoded).to_bytes(4, "big") + encoded)
    return mark.digest()
