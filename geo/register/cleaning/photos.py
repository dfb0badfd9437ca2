"""Photos: the pixels alone, encoded anew. What is not a pixel is not in the copy.

Of the marks that the pixels themselves carry (a face, a sign, the noise of one camera's sensor)
nothing is removed.
"""

import io
import math
import warnings

from PIL import ExifTags, Image, ImageOps

from geo.errors import AttachmentRefused
from geo.register.cleaning.forms import JPEG, PNG, WEBP
from geo.register.cleaning.traces import Trace, checked, instant, said

MOST_PIXELS = 60_000_000
QUALITY = 90

_FORMATS = {JPEG.media: "JPEG", PNG.media: "PNG", WEBP.media: "WEBP"}
# what Pillow raises for a picture that is none, is cut, or unfolds into too much
_WRONG = (
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    EOFError,
    ArithmeticError,
    AttributeError,
    MemoryError,
)


def clean(content: bytes, media: str) -> bytes:
    """The picture upright, as its pixels and nothing else. Raises AttachmentRefused."""
    try:
        return _encoded(_pixels(_opened(content, media), media), media)
    except _WRONG as error:
        raise AttachmentRefused(
            "La foto está cortada o dañada: ábrala en otro programa, guárdela de nuevo y súbala "
            "otra vez."
        ) from error


def trace(content: bytes, media: str) -> dict[str, object]:
    """Where and when the camera says that it stood: one point, or none."""
    try:
        exif = _opened(content, media).getexif()
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        found = (
            _degrees(place, ExifTags.GPS.GPSLongitude),
            _degrees(place, ExifTags.GPS.GPSLatitude),
        )
        at = _instant(place)
    except _WRONG:
        return said(Trace())
    if None in found:
        return said(Trace())
    lon, lat = found
    if not (math.isfinite(lon or 0) and math.isfinite(lat or 0)):
        # 0/0: what a camera writes that did not know where it was
        return said(Trace())
    return said(checked(Trace(points=((float(lon or 0), float(lat or 0), at),))))


def _opened(content: bytes, media: str) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=[_FORMATS[media]])
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large() from error
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_large()
    return picture


def _pixels(picture: Image.Image, media: str) -> Image.Image:
    """A picture that holds its pixels and nothing of the file."""
    if media != JPEG.media and getattr(picture, "n_frames", 1) > 1:
        raise AttachmentRefused(
            "La imagen se mueve: suba sólo el cuadro que hace falta, como foto JPEG o PNG."
        )
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        # 16 bits for each pixel: Pillow would cut them off at 255
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    see_through = "A" in upright.mode or "transparency" in upright.info
    plain = "RGBA" if see_through else "L" if upright.mode in {"1", "L"} else "RGB"
    drawn = upright.convert(plain)
    return Image.frombytes(plain, drawn.size, drawn.tobytes())


def _encoded(picture: Image.Image, media: str) -> bytes:
    made = io.BytesIO()
    if media == PNG.media:
        picture.save(made, "PNG")
    elif media == WEBP.media:
        picture.save(made, "WEBP", quality=QUALITY)
    else:
        picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _degrees(place: dict[int, object], tag: int) -> float | None:
    parts = place.get(tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    # the tag before a coordinate says on which side of zero it lies
    side = str(place.get(tag - 1, "")).strip("\x00 ").upper()
    return (-1 if side in {"S", "W"} else 1) * (degrees + minutes / 60 + seconds / 3600)


def _instant(place: dict[int, object]) -> str:
    day, time = place.get(ExifTags.GPS.GPSDateStamp), place.get(ExifTags.GPS.GPSTimeStamp)
    if not isinstance(day, str) or not isinstance(time, tuple) or len(time) != 3:
        return ""
    hour, minute, second = (int(float(part)) for part in time)
    return instant(f"{day.strip(chr(0)).replace(':', '-')}T{hour:02}:{minute:02}:{second:02}+00:00")


def _too_large() -> AttachmentRefused:
    return AttachmentRefused(
        f"La foto tiene más de {MOST_PIXELS // 1_000_000} millones de puntos: redúzcala y súbala "
        "otra vez."
    )
