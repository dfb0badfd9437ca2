"""GPX, KML and KMZ: points, tracks and instants. Names, remarks and who walked are not copied.

XML with a document type or entities is refused before it is parsed; a parser that goes by events
holds one element at a time, so that nothing in a file can grow or nest without end.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from geo.errors import AttachmentRefused
from geo.register.cleaning.forms import KMZ, MOST_BYTES, Kind
from geo.register.cleaning.traces import Point, Trace, Track, checked, instant, said

DEEPEST = 64
MOST_UNFOLDED_BYTES = 4 * MOST_BYTES[Kind.TRACK]
MOST_ENTRIES = 200

_TYPES = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def clean(content: bytes, media: str) -> bytes:
    """A GPX with the places and instants alone, whatever the form was. Raises AttachmentRefused."""
    found = _read(content, media)
    if not found.points and not found.tracks:
        raise AttachmentRefused(
            "El recorrido no trae puntos ni líneas: expórtelo de nuevo con ellos."
        )
    return _written(found)


def trace(content: bytes, media: str) -> dict[str, object]:
    """The points and tracks. Raises AttachmentRefused."""
    return said(_read(content, media))


def _read(content: bytes, media: str) -> Trace:
    if media == KMZ.media:
        content = _unpacked(content)
    text = _text(content)
    if _TYPES.search(text):
        raise AttachmentRefused(
            "El recorrido define entidades XML, que no hacen falta: vuelva a exportarlo sin ellas."
        )
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    try:
        parser.Parse(_DECLARATION.sub("", text, count=1), True)
    except (expat.ExpatError, ValueError) as error:
        raise AttachmentRefused(
            "El recorrido está cortado o mal formado: vuelva a exportarlo."
        ) from error
    return checked(Trace(tuple(reader.points), tuple(reader.tracks)))


class _Reader:
    """What the parser tells, as points and tracks. An element is known by its last name."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.tracks: list[Track] = []
        self._open: list[str] = []
        self._said: list[str] = []
        self._line: list[tuple[float, float]] = []
        self._at: tuple[float, float] | None = None
        self._when = ""
        self._mark = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._open.append(tag)
        if len(self._open) > DEEPEST:
            raise AttachmentRefused(
                "El recorrido trae elementos dentro de elementos sin medida: vuelva a exportarlo."
            )
        self._said = []
        if tag in {"wpt", "trkpt", "rtept"}:
            self._at = float(attributes.get("lon", "nan")), float(attributes.get("lat", "nan"))
            self._when = ""
        elif tag in {"trkseg", "rte", "Track"}:
            self._line = []
        elif tag == "Placemark":
            self._when, self._mark = "", len(self.points)

    def text(self, text: str) -> None:
        self._said.append(text)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        self._open.pop()
        text = "".join(self._said)
        self._said = []
        match tag:
            case "time" | "when" | "begin":
                self._when = instant(text) or self._when
            case "wpt" if self._at:
                self.points.append((*self._at, self._when))
            case "trkpt" | "rtept" if self._at:
                self._line.append(self._at)
                if self._when:
                    self.points.append((*self._at, self._when))
            case "coord":
                self._line.extend(_places(",".join(text.split())))
            case "trkseg" | "rte" | "Track":
                self._close_line()
            case "coordinates":
                self._coordinates(text)
            case "Placemark" if self._when:
                # an instant may stand behind the places that it is of
                self.points[self._mark :] = [
                    (lon, lat, at or self._when) for lon, lat, at in self.points[self._mark :]
                ]

    def _coordinates(self, text: str) -> None:
        places = list(_places(text))
        if self._open and self._open[-1] == "Point":
            self.points.extend((lon, lat, "") for lon, lat in places[:1])
        else:
            self._line = places
            self._close_line()

    def _close_line(self) -> None:
        if len(self._line) > 1:
            self.tracks.append(tuple(self._line))
        elif self._line:
            self.points.append((*self._line[0], ""))
        self._line = []


def _places(text: str) -> Iterator[tuple[float, float]]:
    for triple in re.sub(r"\s*,\s*", ",", text).split():
        lon, lat = triple.split(",")[:2]
        yield float(lon), float(lat)


def _written(found: Trace) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="" xmlns="http://www.topografix.com/GPX/1/1">',
    ]
    for lon, lat, at in found.points:
        when = f"<time>{at.removesuffix('+00:00')}Z</time>" if at else ""
        lines.append(f'<wpt lat="{lat!r}" lon="{lon!r}">{when}</wpt>')
    for track in found.tracks:
        places = "".join(f'<trkpt lat="{lat!r}" lon="{lon!r}"/>' for lon, lat in track)
        lines.append(f"<trk><trkseg>{places}</trkseg></trk>")
    return "\n".join([*lines, "</gpx>", ""]).encode()


def _text(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    named = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)", content[:200])
    latin = named is not None and named[1].lower() in {b"iso-8859-1", b"latin-1", b"windows-1252"}
    return _decoded(content, "cp1252" if latin else "utf-8")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise AttachmentRefused(
            "El recorrido no es texto UTF-8: vuelva a exportarlo en esa codificación."
        ) from error


def _unpacked(content: bytes) -> bytes:
    """The first KML of a KMZ, as far as it may unfold."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            entries = opened.infolist()
            inside = [entry for entry in entries if entry.filename.lower().endswith(".kml")]
            if not inside or len(entries) > MOST_ENTRIES:
                raise AttachmentRefused(
                    "El archivo comprimido no es un KMZ: suba el recorrido mismo (GPX o KML)."
                )
            if inside[0].flag_bits & 0x1:
                raise AttachmentRefused("El KMZ está protegido con contraseña: súbalo sin ella.")
            with opened.open(inside[0]) as packed:
                text = packed.read(MOST_UNFOLDED_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise AttachmentRefused("El KMZ está cortado o dañado: vuelva a exportarlo.") from error
    if len(text) > MOST_UNFOLDED_BYTES:
        raise AttachmentRefused(
            f"El KMZ se hincha hasta más de {MOST_UNFOLDED_BYTES // 2**20} MiB: suba sólo el "
            "recorrido que hace falta."
        )
    return text
