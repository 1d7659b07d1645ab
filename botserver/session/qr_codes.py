"""QR codes as SVG (ISO/IEC 18004): a text in UTF-8, with a level of correction that lets 15 of 100 be unreadable. The
same text makes the same picture. A library for it would be imported at every start, for 45 ms.

A symbol of version n has 17 + 4n modules a side. Its bytes are cut into blocks, each gets the remainder of a division
of polynomials over the field of 256 elements as its correction, and byte by byte of all blocks in turn they go up and
down in columns of two. Of eight masks over them the one is taken that leaves the fewest patterns which mislead readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from ..errors import ScriptError
from ..limits import QR_CODE_BYTES

Matrix = list[list[int]]  # rows of modules, 1 is dark
_CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28)  # bytes a block, by version from 1
_BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11)
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
_LIKE_FINDER = re.compile("(?=00001011101|10111010000)")
_QUIET = 4  # light modules around it
_PIXELS = 8  # a module


def qr_code(text: str) -> str:
    """The text of the picture. Raises ScriptError 4002 for no text, 9008 for more than QR_CODE_BYTES bytes of UTF-8."""
    data = text.encode()
    if not data:
        raise ScriptError(4002, "a QR code is of some text")
    if len(data) > QR_CODE_BYTES:
        raise ScriptError(9008, f"a QR code holds at most {QR_CODE_BYTES} bytes, the text has {len(data)}")
    return _drawn(modules_of(data))


def modules_of(data: bytes) -> Matrix:
    """The symbol of at most QR_CODE_BYTES bytes, without the light modules around it."""
    version = next(each for each in range(1, len(_BLOCKS) + 1) if len(data) <= _room(each))
    bits = [bit for byte in _interleaved(_padded(data, version), version) for bit in _bits(byte, 8)]
    fixed = _fixed(version)
    filled = [_masked(fixed, bits, mask) for mask in range(len(_MASKS))]
    return min(filled, key=_penalty)


# --- bytes


def _bits(value: int, n: int) -> Iterator[int]:
    return (value >> at & 1 for at in range(n - 1, -1, -1))


def _bytes_of(version: int) -> int:
    """How many bytes there are modules for, corrections included."""
    bits = (16 * version + 128) * version + 64
    if version >= 2:
        aligned = version // 7 + 2
        bits -= (25 * aligned - 10) * aligned - 55
    if version >= 7:
        bits -= 36
    return bits // 8


def _data_bytes(version: int) -> int:
    return _bytes_of(version) - _CORRECTION[version - 1] * _BLOCKS[version - 1]


def _room(version: int) -> int:
    """How many bytes of text it takes; beside them stand a mode of 4 bits and a length of 8 or 16."""
    return _data_bytes(version) - (2 if version < 10 else 3)


def _padded(data: bytes, version: int) -> bytes:
    head = f"0100{len(data):0{8 if version < 10 else 16}b}"
    text = head + "".join(f"{byte:08b}" for byte in data) + "0000"  # four bits end it
    content = int(text, 2).to_bytes(len(text) // 8, "big")
    rest = _data_bytes(version) - len(content)
    return content + (b"\xec\x11" * rest)[:rest]


def _interleaved(data: bytes, version: int) -> Iterator[int]:
    n, size = _BLOCKS[version - 1], _CORRECTION[version - 1]
    short, n_long = divmod(len(data), n)
    blocks, at = [], 0
    for number in range(n):
        end = at + short + (number >= n - n_long)
        blocks.append(data[at:end])
        at = end
    divisor = _divisor(size)
    for parts in (blocks, [_remainder(block, divisor) for block in blocks]):
        for column in zip_longest(*parts):
            yield from (byte for byte in column if byte is not None)


def _times(a: int, b: int) -> int:
    """The product in the field of 256 elements of x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in _bits(b, 8):
        product = product << 1 ^ (product >> 7) * 0x11D ^ bit * a
    return product


def _divisor(degree: int) -> list[int]:
    """The coefficients of (x - 1)(x - 2)(x - 4) … behind the first, which is 1."""
    found, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        found = [_times(each, root) ^ after for each, after in zip(found, [*found[1:], 0], strict=True)]
        root = _times(root, 2)
    return found


def _remainder(data: bytes, divisor: Sequence[int]) -> list[int]:
    left = [0] * len(divisor)
    for byte in data:
        factor = byte ^ left[0]
        left = [each ^ _times(by, factor) for each, by in zip([*left[1:], 0], divisor, strict=True)]
    return left


# --- modules


def _fixed(version: int) -> list[list[int | None]]:
    """What stands in every symbol of a version; None is where the bytes go, 2 where the mask is noted."""
    size = 17 + 4 * version
    found: list[list[int | None]] = [[None] * size for _ in range(size)]

    def put(y: int, x: int, value: int) -> None:
        if 0 <= y < size and 0 <= x < size:
            found[y][x] = value

    for at in range(size):
        put(6, at, 1 - at % 2)
        put(at, 6, 1 - at % 2)
    for y, x in ((3, 3), (3, size - 4), (size - 4, 3)):  # the finders, with a light edge
        for dy in range(-4, 5):
            for dx in range(-4, 5):
                put(y + dy, x + dx, int(max(abs(dy), abs(dx)) in (0, 1, 3)))
    places = _aligned(version, size)
    for y in places:
        for x in places:
            if (y, x) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                for dy in range(-2, 3):
                    for dx in range(-2, 3):
                        put(y + dy, x + dx, int(max(abs(dy), abs(dx)) != 1))
    for y, x in _noted(size):
        put(y, x, 2)
    put(size - 8, 8, 1)
    if version >= 7:
        rest = version
        for _ in range(12):
            rest = rest << 1 ^ (rest >> 11) * 0x1F25
        for at, bit in enumerate(reversed(list(_bits(version << 12 | rest, 18)))):
            put(size - 11 + at % 3, at // 3, bit)
            put(at // 3, size - 11 + at % 3, bit)
    return found


def _aligned(version: int, size: int) -> list[int]:
    """Rows and columns of the alignment patterns' middles."""
    if version == 1:
        return []
    n = version // 7 + 2
    step = (version * 8 + n * 3 + 5) // (n * 4 - 4) * 2
    return [6, *(size - 7 - step * at for at in range(n - 2, -1, -1))]


def _noted(size: int) -> list[tuple[int, int]]:
    """Where the level of correction and the mask are noted, twice, from the last of 15 bits on."""
    first = [(y, 8) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, x) for x in (7, 5, 4, 3, 2, 1, 0)]
    return first + [(8, size - 1 - at) for at in range(8)] + [(size - 7 + at, 8) for at in range(7)]


def _masked(fixed: list[list[int | None]], bits: Sequence[int], mask: int) -> Matrix:
    size = len(fixed)
    found = [[0 if value is None else value for value in row] for row in fixed]
    left = iter(bits)
    is_masked = _MASKS[mask]
    for number, last in enumerate(range(size - 1, 0, -2)):
        right = last - (last <= 6)  # the column of the clock is none of the two
        for y in range(size - 1, -1, -1) if number % 2 == 0 else range(size):
            for x in (right, right - 1):
                if fixed[y][x] is None:
                    found[y][x] = next(left, 0) ^ is_masked(y, x)
    rest = mask  # before it stands level M, which is 00
    for _ in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    noted = list(reversed(list(_bits((mask << 10 | rest) ^ 0x5412, 15))))
    for (y, x), bit in zip(_noted(size), noted * 2, strict=True):
        found[y][x] = bit
    return found


def _penalty(found: Matrix) -> int:
    size, total = len(found), 0
    for lines in (found, list(zip(*found, strict=True))):
        for line in lines:
            total += sum(n - 2 for n in map(_length, (run for _, run in groupby(line))) if n >= 5)
            total += 40 * len(_LIKE_FINDER.findall("".join(map(str, line))))
    for above, below in pairwise(found):
        sums = [a + b for a, b in zip(above, below, strict=True)]
        total += 3 * sum(pair in ((0, 0), (2, 2)) for pair in pairwise(sums))
    dark = sum(map(sum, found)) * 20 // (size * size)  # in steps of 5 of 100
    return total + 10 * min(abs(dark - 10), abs(dark + 1 - 10))


def _length(run: Iterable[int]) -> int:
    return sum(1 for _ in run)


# --- the picture


def _drawn(found: Matrix) -> str:
    side = len(found) + 2 * _QUIET
    runs = []
    for y, row in enumerate(found, _QUIET):
        x = _QUIET
        for value, run in groupby(row):
            n = _length(run)
            if value:
                runs.append(f"M{x} {y}h{n}v1h-{n}z")
            x += n
    pixels = side * _PIXELS
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges">\n<rect width="{side}" height="{side}" fill="#ffffff"/>\n'
        f'<path d="{"".join(runs)}"/>\n</svg>\n'
    )
