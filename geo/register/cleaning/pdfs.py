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

_DROPPED = tuple(
    map(
        Name,
        (
            "/AA", "/A", "/Alternates", "/Annots", "/AF", "/B", "/LastModified", "/Metadata",
            "/OPI", "/PieceInfo", "/PresSteps", "/Ref", "/SeparationInfo", "/StructParent",
            "/StructParents", "/TemplateInstantiated", "/Thumb", "/Trans", "/VP",
        ),
    )
)  # fmt: skip
_FLATE = ("/FlateDecode", "/Fl")
_PICTURES = {"/DCTDecode": bare_jpeg, "/DCT": bare_jpeg, "/JPXDecode": bare_jp2}
_TRACES = re.compile(
    rb"Exif\x00\x00|<x:xmpmeta|<\?xpacket|http://ns\.adobe\.com/xap|Photoshop 3\.0\x008BIM"
)
_CHUNK = 2**20


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
    made = Pdf.new()
    for page in given.pages:
        _strip(page.obj)
    made.pages.extend(given.pages)
    for item in made.objects:
        _strip(item)
    _check_clean(made)
    out = io.BytesIO()
    made.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _strip(item: Object, depth: int = 0) -> None:
    """Takes what is not seen out of a dictionary or a stream, and of what stands within it."""
    if isinstance(item, Stream | Dictionary):
        for name in _DROPPED:
            if name in item:
                del item[name]
        if isinstance(item, Stream) and item.get(Name.Subtype) == Name.Image:
            _strip_picture(item)
    if depth > 0 and item.is_indirect:
        return
    within = list(item.as_list()) if isinstance(item, Array) else []
    if isinstance(item, Dictionary | Stream):
        within = [value for _, value in item.items()]
    for value in within:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            _strip(value, depth + 1)


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
