"""What a file is, by its own bytes. Neither its name nor the browser's word is asked."""

from dataclasses import dataclass
from enum import StrEnum

from geo.errors import AttachmentRefused

MIB = 2**20


class Kind(StrEnum):
    """What an attachment is to its readers."""

    PHOTO = "photo"
    AUDIO = "audio"
    PDF = "pdf"
    TRACK = "track"


MOST_BYTES = {
    Kind.PHOTO: 30 * MIB,
    Kind.AUDIO: 60 * MIB,
    Kind.PDF: 40 * MIB,
    Kind.TRACK: 15 * MIB,
}
"""How large a file of each kind may be."""

LARGEST = max(MOST_BYTES.values())
"""Above this no file is read at all."""


@dataclass(frozen=True)
class Form:
    """One form of file. reader: the module of `geo.register.cleaning` that reads it."""

    kind: Kind
    media: str
    reader: str


JPEG = Form(Kind.PHOTO, "image/jpeg", "photos")
PNG = Form(Kind.PHOTO, "image/png", "photos")
WEBP = Form(Kind.PHOTO, "image/webp", "photos")
MP3 = Form(Kind.AUDIO, "audio/mpeg", "mp3")
OGG = Form(Kind.AUDIO, "audio/ogg", "ogg")
M4A = Form(Kind.AUDIO, "audio/mp4", "m4a")
WAV = Form(Kind.AUDIO, "audio/wav", "wav")
FLAC = Form(Kind.AUDIO, "audio/flac", "flac")
PDF = Form(Kind.PDF, "application/pdf", "pdfs")
GPX = Form(Kind.TRACK, "application/gpx+xml", "tracks")
KML = Form(Kind.TRACK, "application/vnd.google-earth.kml+xml", "tracks")
KMZ = Form(Kind.TRACK, "application/vnd.google-earth.kmz", "tracks")

FORMS = {
    form.media: form for form in (JPEG, PNG, WEBP, MP3, OGG, M4A, WAV, FLAC, PDF, GPX, KML, KMZ)
}

ENDINGS = {
    JPEG.media: "jpg",
    PNG.media: "png",
    WEBP.media: "webp",
    MP3.media: "mp3",
    OGG.media: "ogg",
    M4A.media: "m4a",
    WAV.media: "wav",
    FLAC.media: "flac",
    PDF.media: "pdf",
    GPX.media: "gpx",
    KML.media: "kml",
    KMZ.media: "kmz",
}
"""How a name for a download ends."""

_SOUND_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"MSNV", b"dash")
_PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_TEXT = 4_096


def form_of(content: bytes) -> Form:
    """The form of a file. Raises AttachmentRefused where it is none that is taken here."""
    form = _by_first_bytes(content)
    if len(content) > MOST_BYTES[form.kind]:
        raise AttachmentRefused(
            f"El archivo pesa {len(content) / MIB:.0f} MiB y no puede pasar de "
            f"{MOST_BYTES[form.kind] // MIB} MiB: redúzcalo o divídalo."
        )
    return form


def _by_first_bytes(content: bytes) -> Form:
    head = content[:16]
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] in {b"WEBP", b"WAVE"}:
        return WEBP if head[8:12] == b"WEBP" else WAV
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith(b"fLaC"):
        return FLAC
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head.startswith(b"ID3"):
        return FLAC if _behind_id3(content).startswith(b"fLaC") else MP3
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return MP3
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return KMZ
    return _by_text(content[:_TEXT])


def _by_brand(brand: bytes) -> Form:
    if brand in _SOUND_BRANDS:
        return M4A
    if brand in _PICTURE_BRANDS:
        raise AttachmentRefused(
            "Las fotos HEIC o AVIF no se leen aquí: guárdela o compártala como JPEG y súbala otra "
            "vez."
        )
    raise AttachmentRefused(
        "Los videos y las grabaciones 3GP no se reciben: guarde el sonido como M4A, MP3 u OGG."
    )


def _behind_id3(content: bytes) -> bytes:
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return content[10 + size : 14 + size]


def _by_text(start: bytes) -> Form:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if start.startswith(mark):
            start = start[: len(start) // 2 * 2].decode(encoding, "replace").encode()
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<") and b"<gpx" in text:
        return GPX
    if text.startswith(b"<") and b"<kml" in text:
        return KML
    raise AttachmentRefused(
        "No es un archivo que se reciba aquí. Se reciben fotos (JPEG, PNG, WebP), sonido (MP3, "
        "OGG, Opus, M4A, WAV, FLAC), PDF, y recorridos (GPX, KML, KMZ)."
    )
