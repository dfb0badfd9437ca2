"""Bytes as text: UTF-8 where they are, else Latin-1, and it is said which."""

import codecs

from geo.errors import FileRefused, FileUnreadable
from geo.intake.parts import File

LIMIT = 2 * 2**30

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(file: File) -> tuple[str, tuple[str, ...]]:
    """The whole text and what to say of its encoding.

    Raises FileRefused beyond 2 GiB, FileUnreadable when the bytes are no text.
    """
    if file.path.stat().st_size > LIMIT:
        raise FileRefused(
            f"«{file.name}» es un archivo de texto de más de 2 GiB: conviértalo a GeoPackage."
        )
    return decoded(file.path.read_bytes(), file.name)


def decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """`content` as text. Bytes that are no UTF-8 are read as Latin-1, with a note."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), ()
            except UnicodeDecodeError as error:
                raise FileUnreadable(
                    f"«{name}» dice ser {encoding} y no lo es: vuelva a guardarlo en UTF-8."
                ) from error
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        encoding = one_byte(content)
        return content.decode(encoding), (
            f"El texto no es UTF-8; se leyó como {LABELS[encoding]}.",
        )


LABELS = {"latin-1": "Latin-1", "cp1252": "Windows-1252 (Latin-1)", "utf-8": "UTF-8"}


def one_byte(content: bytes) -> str:
    """`latin-1`, or `cp1252` where bytes stand that Latin-1 has no letters for."""
    if not any(0x80 <= byte <= 0x9F for byte in set(content)):
        return "latin-1"
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def refuse_entities(text: str, name: str) -> None:
    """Raise FileRefused for an XML that declares entities: they grow, or reach for other files."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FileRefused(
            f"«{name}» define entidades XML, que no hacen falta en un mapa: vuelva a exportarlo "
            "sin ellas."
        )
