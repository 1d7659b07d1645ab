"""QR codes as SVG."""

from __future__ import annotations

import hashlib
import re
from xml.etree import ElementTree as ET

import pytest

from botserver.errors import ScriptError
from botserver.limits import QR_CODE_BYTES
from botserver.session.qr_codes import modules_of, qr_code
from tests.unit.session.world import World, texts

FULL = (
    (14, 21, "e873d5aaa62fe024"),
    (26, 25, "aa359d72b3309a6f"),
    (42, 29, "046c5574252a0277"),
    (62, 33, "1e6ee8544a854af1"),
    (84, 37, "8a59b9d283eba2c5"),
    (106, 41, "3c9929d1aad5688b"),
    (122, 45, "1326d6da701f8c45"),
    (152, 49, "a5f447c937735d39"),
    (180, 53, "dcde8f357afa06e6"),
    (213, 57, "873fddc99b438f2c"),
    (251, 61, "56567480d49da70f"),
    (287, 65, "5e1eb147fae02634"),
    (331, 69, "c902a12ee85d9c74"),
    (362, 73, "57654ec25f6b5f65"),
)
"""Bytes that fill a version, modules a side, and how the modules of ADDRESS in so many bytes hash: as segno 1.6.6 makes
them under the same mask."""
ADDRESS = "https://example.com/order?id="


def in_short(modules: list[list[int]]) -> str:
    return hashlib.sha256("".join("".join(map(str, row)) for row in modules).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("size", "side", "digest"), FULL)
def test_modules_are_those_of_another_encoder(size: int, side: int, digest: str) -> None:
    text = (ADDRESS * 20)[:size].encode()
    modules = modules_of(text)
    assert {len(row) for row in modules} == {len(modules)} == {side}
    assert in_short(modules) == digest
    assert len(modules_of(text + b"x")) == side + 4


@pytest.mark.parametrize("text", ["a", "HELLO", "é", "fourteen bytes"])
def test_a_symbol_is_read_back(text: str) -> None:
    modules = modules_of(text.encode())
    assert len(modules) == 21
    noted = int("".join(str(modules[8][x]) for x in (0, 1, 2, 3, 4)), 2) ^ 0b10101
    assert noted >> 3 == 0  # level M
    masks = {
        0: lambda y, x: (y + x) % 2, 1: lambda y, x: y % 2, 2: lambda y, x: x % 3, 3: lambda y, x: (y + x) % 3,
        4: lambda y, x: (y // 2 + x // 3) % 2, 5: lambda y, x: y * x % 2 + y * x % 3,
        6: lambda y, x: (y * x % 2 + y * x % 3) % 2, 7: lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
    }  # fmt: skip
    is_light = masks[noted & 7]
    bits = ""
    for number, right in enumerate((20, 18, 16, 14)):  # columns of twelve rows, up and down
        rows = range(20, 8, -1) if number % 2 == 0 else range(9, 21)
        bits += "".join(str(modules[y][x] ^ (is_light(y, x) == 0)) for y in rows for x in (right, right - 1))
    size = int(bits[4:12], 2)
    assert bits[:4] == "0100"
    read = int(bits[12 : 12 + 8 * size], 2).to_bytes(size, "big") if 12 + 8 * size <= len(bits) else text.encode()
    assert read.decode() == text
    assert size == len(text.encode())


@pytest.mark.parametrize("text", ["a", ADDRESS, "x" * QR_CODE_BYTES, "日本 \U0001f600"])
def test_the_picture_has_the_modules_and_a_light_edge_of_four(text: str) -> None:
    modules = modules_of(text.encode())
    picture = ET.fromstring(qr_code(text))
    side = len(modules) + 8
    assert picture.get("viewBox") == f"0 0 {side} {side}"
    (path,) = picture.iter("{http://www.w3.org/2000/svg}path")
    dark = set()
    for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path.get("d", "")):
        dark |= {(int(y) - 4, int(x) - 4 + at) for at in range(int(n))}
    assert dark == {(y, x) for y, row in enumerate(modules) for x, value in enumerate(row) if value}


@pytest.mark.parametrize(("text", "number"), [("", 4002), ("x" * (QR_CODE_BYTES + 1), 9008), ("é" * 201, 9008)])
def test_a_text_is_neither_empty_nor_too_long(text: str, number: int) -> None:
    with pytest.raises(ScriptError) as caught:
        qr_code(text)
    assert caught.value.number == number


async def test_a_qr_code_is_a_file_of_the_bot_and_the_same_one_when_it_is_made_again(world: World) -> None:
    await world.deploy(
        start='x = QR CODE "https://example.com"\nTALK x.path & " " & x.type & " " & (x.size = LEN(READ x.path))\n'
        'y = QR CODE "https://example.com"\nTALK (x.path = y.path) & UBOUND(LIST "qrcodes")'
    )
    said = texts((await world.open())[1])
    assert said[0].startswith("qrcodes/")
    assert said[0].endswith(".svg image/svg+xml true")
    assert said[1] == "true1"
