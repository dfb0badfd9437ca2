"""Which letters the annex's fonts have, and what becomes of a text that asks for others.

Under PDF/A a character without a glyph is a fault of the whole file, so every text is cleaned
before it is set: control and bidirectional characters go, any other character that the fonts
lack is printed as � and told apart in a list.
"""

import re
import struct
import unicodedata
from pathlib import Path

from geo.errors import AnnexFailed

FAMILIES = (
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSans-Oblique.ttf",
    "DejaVuSansCondensed.ttf",
    "DejaVuSansCondensed-Bold.ttf",
)
"""The files that a folder of fonts must hold."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# break a line, reorder it, or are no characters at all
_HIDDEN = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_TABLE = struct.Struct(">4sIII")
_GROUP = struct.Struct(">III")


def letters(fonts: Path) -> frozenset[str]:
    """The characters that every font of the folder has.

    Raises AnnexFailed where a font is missing or is no TrueType font.
    """
    found = [_characters(fonts / name) for name in FAMILIES]
    return frozenset(map(chr, set.intersection(*found)))


def clean(text: str, known: frozenset[str]) -> tuple[str, set[str]]:
    """A text that the fonts can print, and the characters of it that they lack.

    Letters are composed first (NFC), so that an accent typed as a character of its own is not
    lost.
    """
    if text.isascii() and text.isprintable():
        return text, set()
    composed = unicodedata.normalize("NFC", _HIDDEN.sub(" ", text))
    lacking = {letter for letter in set(composed) if letter not in known}
    for letter in lacking:
        composed = composed.replace(letter, REPLACEMENT)
    return composed, lacking - {REPLACEMENT}


def named(letter: str) -> str:
    """A character by its number, which any font can print: U+1F600."""
    return f"U+{ord(letter):04X}"


def _characters(path: Path) -> set[int]:
    """The code points of a TrueType font's table `cmap` (its full Unicode subtable, format 12)."""
    try:
        content = path.read_bytes()
        count = struct.unpack_from(">H", content, 4)[0]
        tables = {}
        for place in range(count):
            tag, _, offset, _ = _TABLE.unpack_from(content, 12 + _TABLE.size * place)
            tables[tag] = offset
        cmap = tables[b"cmap"]
        places = (
            struct.unpack_from(">HHI", content, cmap + 4 + 8 * place)
            for place in range(struct.unpack_from(">H", content, cmap + 2)[0])
        )
        full = next(
            cmap + offset for platform, kind, offset in places if (platform, kind) == (3, 10)
        )
        if struct.unpack_from(">H", content, full)[0] != 12:
            raise KeyError("format")
        points: set[int] = set()
        for place in range(struct.unpack_from(">I", content, full + 12)[0]):
            first, last, _ = _GROUP.unpack_from(content, full + 16 + _GROUP.size * place)
            points.update(range(first, last + 1))
    except FileNotFoundError as error:
        raise AnnexFailed(
            f"Falta la letra «{path.name}» en «{path.parent}»: ejecute «make setup»."
        ) from error
    except (OSError, struct.error, KeyError, StopIteration) as error:
        raise AnnexFailed(
            f"La letra «{path}» no se puede leer: ejecute «make setup» para copiarla de nuevo."
        ) from error
    return points
