"""PDF: the pages as they are seen, in a new document. All else that the file held stays behind.

Not copied: who made it and with what, embedded files, scripts, what happens on opening, earlier
versions, thumbnails, bookmarks, links, and whose a remark is: remarks and form fields become part
of the page. Pictures within keep their pixels and lose their own metadata.
"""

import io
import re
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from geo.errors import AttachmentRefused
from geo.register.cleaning.jp2 import bare_jp2
from geo.register.cleaning.jpeg import bare_jpeg

MOST_PAGES = 1_000
MOST_UNFOLDED_BYTES = 400 * 2**20
"""What all streams together may unfold into."""

_OF_A_PAGE = frozenset(
    {
        "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox",
        "/ArtBox", "/Rotate", "/Contents", "/Group", "/UserUnit",
    }
)  # fmt: skip
# names that a page gives to its fonts and pictures may be any word: in their dictionaries only what
# is nothing else is dropped
_ANYWHERE = tuple(map(Name, ("/Metadata", "/PieceInfo", "/LastModified", "/CreatorInfo")))
_OF_A_STREAM = tuple(
    map(Name, ("/AF", "/Alternates", "/F", "/OPI", "/Ref", "/StructParent", "/StructParents"))
)
_FLATE = ("/FlateDecode", "/Fl")
_PICTURES = {"/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jp2}
_TRACES = re.compile(
    rb"Exif\x00\x00|<x:xmpmeta|<\?xpacket|http://ns\.adobe\.com/xap|Photoshop 3\.0\x008BIM"
)
_CHUNK = 2**20
_NAMED = Dictionary | Stream


def clean(content: bytes, media: str) -> bytes:  # noqa: ARG001
    """The pages in a document of ours. Raises AttachmentRefused."""
    try:
        with Pdf.open(io.BytesIO(content), access_mode=pikepdf.AccessMode.stream) as given:
            return _copied(given)
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, zlib.error) as error:
        raise AttachmentRefused(
            "El PDF está cortado o dañado: ábralo en otro programa, guárdelo de nuevo y súbalo "
            "otra vez."
        ) from error


def _copied(given: Pdf) -> bytes:
    if given.is_encrypted:
        raise _locked()
    if len(given.pages) > MOST_PAGES:
        raise AttachmentRefused(
            f"El PDF tiene {len(given.pages)} páginas y no puede pasar de {MOST_PAGES}: divídalo."
        )
    _check_unfolding(given)
    if Name.AcroForm in given.Root:
        given.generate_appearance_streams()
    given.flatten_annotations("all")
    for item in given.objects:
        _strip(item)
    # a new document takes over what its pages reach, and nothing else
    made = Pdf.new()
    made.pages.extend(given.pages)
    _check_clean(made)
    out = io.BytesIO()
    made.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _strip(item: Object, within: bool = False) -> None:
    """Takes what is not seen out of an object, and out of what stands within it."""
    if within and item.is_indirect:
        return
    for name in _dropped(item):
        if name in item:
            del item[name]
    if isinstance(item, Stream) and item.get(Name.Subtype) == Name.Image:
        _strip_picture(item)
    if isinstance(item, Array):
        inner = list(item.as_list())
    else:
        inner = [value for _, value in item.items()] if isinstance(item, _NAMED) else []
    for value in inner:
        if isinstance(value, Array | _NAMED):
            _strip(value, within=True)


def _dropped(item: Object) -> tuple[Name, ...]:
    if isinstance(item, Stream):
        return (*_ANYWHERE, *_OF_A_STREAM)
    if not isinstance(item, Dictionary):
        return ()
    if item.get(Name.Type) == Name.Page:
        return tuple(Name(key) for key in item.keys() if key not in _OF_A_PAGE)  # noqa: SIM118
    return _ANYWHERE


def _strip_picture(item: Stream) -> None:
    filters = _filters(item)
    if not filters or filters[-1] not in _PICTURES:
        return
    raw = item.read_raw_bytes()
    for name in filters[:-1]:
        if name not in _FLATE:
            raise _unreadable_picture()
        raw = zlib.decompress(raw)
    parameters = item.get(Name.DecodeParms)
    last = parameters[-1] if isinstance(parameters, Array) and len(parameters) else None
    item.write(
        _PICTURES[filters[-1]](raw),
        filter=Name(filters[-1]),
        decode_parms=last if isinstance(last, Dictionary) else None,
    )


def _check_unfolding(pdf: Pdf) -> None:
    """Raises AttachmentRefused where the streams together unfold into too much."""
    left = MOST_UNFOLDED_BYTES
    for item in pdf.objects:
        if isinstance(item, Stream):
            left = _unfolded(item, left)


def _unfolded(item: Stream, left: int) -> int:
    """What is left of `left` once a stream has unfolded, stage by stage."""
    raw = item.read_raw_bytes()
    for name in _filters(item):
        if name not in _FLATE:
            # others unfold by a fixed share, save for the old ones, of which one is enough
            left -= len(raw)
            break
        unfolder, parts = zlib.decompressobj(), []
        pending = raw
        while pending and left >= 0:
            try:
                part = unfolder.decompress(pending, _CHUNK)
            except zlib.error:
                break
            parts.append(part)
            left -= len(part)
            pending = unfolder.unconsumed_tail
            if not part and not pending:
                break
        raw = b"".join(parts)
    if left < 0:
        raise AttachmentRefused(
            "El PDF se hincha hasta más de "
            f"{MOST_UNFOLDED_BYTES // 2**20} MiB al abrirse: imprímalo de nuevo a PDF y súbalo "
            "otra vez."
        )
    return left


def _check_clean(pdf: Pdf) -> None:
    """Raises AttachmentRefused where a picture's metadata stands where it cannot be taken out."""
    for item in pdf.objects:
        if not isinstance(item, Stream):
            continue
        try:
            seen = item.read_bytes()
        except pikepdf.PdfError:
            seen = item.read_raw_bytes()
        if _TRACES.search(seen):
            raise _unreadable_picture()


def _filters(item: Stream) -> tuple[str, ...]:
    named = item.get(Name.Filter)
    if named is None:
        return ()
    return tuple(str(one) for one in named) if isinstance(named, Array) else (str(named),)


def _locked() -> AttachmentRefused:
    return AttachmentRefused(
        "El PDF está protegido con contraseña o con permisos: guárdelo sin protección y súbalo "
        "otra vez."
    )


def _unreadable_picture() -> AttachmentRefused:
    return AttachmentRefused(
        "El PDF trae imágenes con datos ocultos que aquí no se pueden quitar: imprímalo de nuevo a "
        "PDF y súbalo otra vez."
    )
