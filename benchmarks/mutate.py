"""Damaged copies of good files: bits, bytes, numbers, references, streams, marks.

`mutants(seeds, count, rng)` gives names and contents; the same seeds and random state give the same files.
Nothing here knows what a reader should do with them.
"""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence

Mutation = Callable[[bytes, bytes, random.Random], bytes]
"""Damages the first file; the second is another one of the same kind, to take pieces from."""


def mutants(
    seeds: Mapping[str, Sequence[bytes]], count: int, rng: random.Random
) -> Iterator[tuple[str, bytes]]:
    """Names and contents of `count` files; `seeds` holds good files by suffix (".pdf"), which take turns."""
    suffixes = [suffix for suffix, files in seeds.items() if files for _ in range(_WEIGHTS.get(suffix, 1))]
    for made in range(count):
        suffix = suffixes[made % len(suffixes)]
        ways = [*BYTES, *(PDF if suffix == ".pdf" else TEXT if suffix != ".docx" else DOCX)]
        data = rng.choice(seeds[suffix])
        done = []
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            way = rng.choice(ways)
            data = way(data, rng.choice(seeds[suffix]), rng)
            done.append(way.__name__)
        yield f"mutant-{made:05}-{'-'.join(done)}{suffix}", data


_WEIGHTS = {".pdf": 5, ".md": 3}


# ---- damage to the bytes of any file


def flip_bits(data: bytes, other: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 4, 32, 256)) if damaged else 0):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def truncate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def remove(data: bytes, other: bytes, rng: random.Random) -> bytes:
    start, end = _run(data, rng)
    return data[:start] + data[end:]


def duplicate(data: bytes, other: bytes, rng: random.Random) -> bytes:
    start, end = _run(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 2, 20)) + data[end:]


def splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A run of bytes from the other file in place of one of this."""
    start, end = _run(data, rng)
    from_, to = _run(other, rng)
    return data[:start] + other[from_:to] + data[end:]


def zero(data: bytes, other: bytes, rng: random.Random) -> bytes:
    start, end = _run(data, rng)
    return data[:start] + bytes(end - start) + data[end:]


def _run(data: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 16, 256, 4096, 65536)))


BYTES: Sequence[Mutation] = (flip_bits, truncate, remove, duplicate, splice, zero)

# ---- damage to what a PDF says

_NUMBER = re.compile(rb"(?<![\d.])\d{1,10}(?![\d.])")
_REFERENCE = re.compile(rb"(?<!\d)\d{1,7} 0 R")
_LENGTH = re.compile(rb"/Length \d+")
_NAME = re.compile(rb"/[A-Z][A-Za-z]{2,20}")
_STREAM = re.compile(rb"/FlateDecode[^\0]{0,200}?stream\r?\n")
_HUGE = (b"-1", b"0", b"4294967296", b"-2147483649", b"99999999999999999999", b"1e308", b"NaN", b"65536")


def _replaced(pattern: re.Pattern[bytes], data: bytes, rng: random.Random, by: Callable[[], bytes]) -> bytes:
    found = list(pattern.finditer(data[:4_000_000]))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 3, 20)))), reverse=True, key=_start):
        data = data[: match.start()] + by() + data[match.end() :]
    return data


def _start(match: re.Match[bytes]) -> int:
    return match.start()


def numbers(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return _replaced(_NUMBER, data, rng, lambda: rng.choice(_HUGE))


def references(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """References that lead elsewhere: cycles of pages, parents, outlines, fonts and forms among them."""
    targets = _REFERENCE.findall(data[:4_000_000]) or [b"1 0 R"]
    return _replaced(_REFERENCE, data, rng, lambda: rng.choice(targets))


def lengths(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return _replaced(_LENGTH, data, rng, lambda: b"/Length " + rng.choice(_HUGE))


def names(data: bytes, other: bytes, rng: random.Random) -> bytes:
    known = _NAME.findall(data[:4_000_000]) or [b"/Kids"]
    return _replaced(_NAME, data, rng, lambda: rng.choice(known))


def streams(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A compressed stream that unpacks into something else, damaged operators among them."""
    found = list(_STREAM.finditer(data[:4_000_000]))
    if not found:
        return data
    start = rng.choice(found).end()
    end = data.find(b"endstream", start)
    try:
        content = zlib.decompressobj().decompress(data[start:end], 5_000_000)
    except zlib.error:
        return data
    packed = zlib.compress(rng.choice((flip_bits, remove, duplicate, splice))(content, other, rng))
    # Padded to the old length where it fits, so that the table of offsets stays right.
    return data[:start] + packed.ljust(end - start, b"\0") + data[end:]


PDF: Sequence[Mutation] = (numbers, references, references, lengths, names, streams, streams)

# ---- damage to the text of a Markdown, HTML, reStructuredText or plain file

_MARKS = (
    b"> ", b"- ", b"* ", b"    ", b"\t", b"`", b"```\n", b"~~~", b"[", b"](", b"![", b"<!--", b"-->",
    b"<div>", b"</div>", b"<script>", b"|", b"|---|\n", b"***", b"__", b"$$", b"\\", b"&#x", b"&amp;", b"\r",
    b"\n\n", b"---\n", b":::", b"{{", b"}}", b".. ", b"::\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3",
    b"\xed\xa0\x80", b"\xe2\x80\xae", b"\0", b"\x1b[31m", b"\xcc\x88" * 50, "İıŞşĞğ".encode("cp1254"),
)  # fmt: skip


def marks(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Marks of the format, broken encodings and odd characters anywhere, some of them very often."""
    for _ in range(rng.choice((1, 10, 100))):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(_MARKS) * rng.choice((1, 1, 2, 5, 300)) + data[at:]
    return data


def shuffle_lines(data: bytes, other: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def one_line(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b" ", b"", b"\r", b"\0")))


def nest(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Every line below more and more quotes or lists."""
    mark = rng.choice((b"> ", b"- ", b"  ", b"1. ", b"<div>"))
    lines = data.split(b"\n")[:400]
    return b"\n".join(mark * (number % 400) + line for number, line in enumerate(lines))


TEXT: Sequence[Mutation] = (marks, marks, shuffle_lines, one_line, nest)


def inside_zip(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """One part of an Office file damaged, the archive around it whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return data
    if not parts:
        return data
    name = rng.choice(sorted(parts))
    parts[name] = rng.choice((flip_bits, truncate, remove, duplicate))(parts[name], other, rng)
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


DOCX: Sequence[Mutation] = (inside_zip, inside_zip, inside_zip)
