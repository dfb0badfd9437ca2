"""Signing a bundle: a signed copy of the PDF, detached signatures and a time stamp, beside `data/`.

Nothing below `data/` is touched, so every hash of the bag stays what it was; the list of what
stands beside it (`tagmanifest-sha256.txt`) gets the signatures. The program signs with
the keys that it is given and makes none.
"""

import asyncio
import hashlib
import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from geo.errors import SigningRefused, StampFailed
from geo.evidence import layout
from geo.evidence.bag_check import check, digests
from geo.evidence.signing.keys import ManifestKey, PdfKey
from geo.evidence.signing.named import bound
from geo.evidence.signing.signatures import (
    Signer,
    check_detached,
    check_pdf,
    key_id,
)
from geo.evidence.signing.stamps import Stamp, check_token
from geo.evidence.signing.timestamp import Authority, stamp
from geo.evidence.signing.trust import MALFORMED, Trust, run
from geo.evidence.unpack import HASHES, PAYLOAD, TAG_HASHES, TAGS, Bundle, opened, said
from geo.home import whole_file

SIGNED = f"{layout.SIGNATURES}/{layout.SIGNED_PDF}"
TOKEN = f"{layout.SIGNATURES}/{HASHES}.tsr"

_PDF = f"{PAYLOAD}{layout.PDF}"
_MANIFEST = f"{PAYLOAD}{layout.MANIFEST}"
_ROOM_FOR_STAMP = 1 << 14  # bytes: a token with its chain is some 6 kB
_ROOM = 1 << 13
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Signing:
    """One deed: the file of the bundle it stands in, who signed, the time stamp it carries.

    already: it stood there before, and stays as it was.
    """

    file: str
    by: str
    stamp: Stamp | None
    already: bool = False


def sign(
    path: Path,
    keys: Sequence[PdfKey | ManifestKey],
    *,
    out: Path,
    now: datetime,
    tsa: Authority | None,
) -> tuple[Signing, ...]:
    """Signs the bundle at `path` into `out`, which may be the same file: whole, or not at all.

    Raises BundleUnreadable, SigningRefused for a specimen or a bundle that is not whole, and
    StampFailed where an authority is named and does not stamp.
    """
    bundle = opened(path)
    _check_fit(bundle)
    added: dict[str, bytes] = {}
    done = []
    for key in keys:
        if isinstance(key, PdfKey):
            done.append(_sign_pdf(bundle, added, key, now, tsa))
        else:
            done.append(_sign_hashes(bundle, added, key))
    if tsa is not None:
        done.append(_stamp_hashes(bundle, added, tsa))
    if added:
        added[TAG_HASHES] = _tags(bundle, added)
    if added or out.absolute() != path.absolute():
        _write(bundle, added, out)
    return tuple(done)


def detached_name(by: str) -> str:
    """Where the detached signature of a key stands."""
    return f"{layout.SIGNATURES}/{HASHES}.{by}.ed25519"


def public_name(by: str) -> str:
    """Where the public key of a detached signature stands."""
    return f"{layout.SIGNATURES}/{by}.pem"


# --- what may be signed -------------------------------------------------------------------------


def _check_fit(bundle: Bundle) -> None:
    if not bundle.zipped:
        raise SigningRefused("Se firma el paquete .zip, no su carpeta descomprimida.")
    fault = next(check(bundle, digests(bundle)), None)
    if fault is not None:
        raise SigningRefused(f"No se firma un paquete que no está entero. {fault.sentence}")
    for name in (_PDF, _MANIFEST):
        if name not in bundle.sizes:
            raise SigningRefused(f"No se firma un paquete sin «{name}»: expórtelo de nuevo.")
    if not bound(bundle):
        raise SigningRefused(
            f"No se firma un paquete cuyo anexo no nombra su «{_MANIFEST}»: uno de los dos se "
            "cambió; expórtelo de nuevo."
        )
    manifest = said(bundle.read(_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("specimen") is not False:
        raise _specimen()
    if any(_illustrative(bundle.read(name)) for name in _rows(bundle)):
        raise _specimen()


def _specimen() -> SigningRefused:
    return SigningRefused(
        "Este paquete es una muestra con datos ilustrativos, inventados: no se firma. Exporte uno "
        "de una publicación con datos reales."
    )


def _rows(bundle: Bundle) -> list[str]:
    """The rows themselves, since a flag can be edited."""
    folder = f"{PAYLOAD}{layout.DATA}"
    return [name for name in bundle.below(folder) if name.endswith(".geojson")]


def _illustrative(content: bytes) -> bool:
    """Whether a layer or any of its rows says that it is invented, or does not know."""
    found = said(content)
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise SigningRefused("No se firma un paquete con un GeoJSON que no se puede leer.")
    told = [found, *(one.get("properties") for one in features if isinstance(one, dict))]
    return any(
        one.get("illustrative", False) not in (False, "no") for one in told if isinstance(one, dict)
    )


# --- the PDF ------------------------------------------------------------------------------------


def _sign_pdf(
    bundle: Bundle, added: dict[str, bytes], key: PdfKey, now: datetime, tsa: Authority | None
) -> Signing:
    original = bundle.read(_PDF)
    there = added.get(SIGNED) or (bundle.read(SIGNED) if SIGNED in bundle.sizes else original)
    if there != original:
        before = _sound(original, there, now)
        mine = [one for one in before if one.fingerprint == key.fingerprint]
        if mine:
            return Signing(SIGNED, key.by, mine[0].stamp, already=True)
    signed = signed_pdf(there, key, now, tsa)
    trusted = tsa.trusted if tsa is not None else Trust()
    after = _sound(original, signed, now, trusted)
    added[SIGNED] = signed
    return Signing(SIGNED, key.by, after[-1].stamp)


def _sound(
    original: bytes, signed: bytes, now: datetime, authorities: Trust | None = None
) -> tuple[Signer, ...]:
    found = check_pdf(original, signed, now=now, authorities=authorities or Trust())
    if found.faults:
        raise SigningRefused(f"«{SIGNED}» no se puede firmar. {found.faults[0]}")
    return found.signers


def signed_pdf(pdf: bytes, key: PdfKey, now: datetime, tsa: Authority | None) -> bytes:
    """The PDF with one more signature appended (PAdES-B-B; B-T where there is an authority).

    The bytes that were there stay as they were, metadata included; the signature cannot be seen on
    a page. Raises SigningRefused where the PDF cannot take one, StampFailed.
    """
    try:
        return run(_signed(pdf, key, now, tsa))
    except StampFailed:
        raise
    except (PdfError, *MALFORMED) as error:
        raise SigningRefused(
            "El PDF no admite la firma: expórtelo de nuevo y fírmelo sin pasar por otro programa."
        ) from error


class _Appended(IncrementalPdfFileWriter):
    """An update that leaves the annex's own dates, producer and version alone: it says PDF/A-2."""

    def _update_meta(self) -> None:
        return

    def ensure_output_version(self, version: tuple[int, int]) -> None:  # noqa: ARG002
        return


async def _signed(pdf: bytes, key: PdfKey, now: datetime, tsa: Authority | None) -> bytes:
    writer = _Appended(io.BytesIO(pdf), strict=True)
    number = len(writer.prev.embedded_signatures) + 1
    about = PdfSignatureMetadata(
        field_name=f"Firma{number}", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    stamper = None if tsa is None else _Stamper(tsa)
    session = PdfSigner(about, signer=key.signer, timestamper=stamper).init_signing_session(writer)
    session.system_time = now
    room = _ROOM + key.size_bytes + (0 if tsa is None else _ROOM_FOR_STAMP)
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * room)
    digest, output = prepared.digest_tbs_document()
    await prepared.perform_signature(
        digest.document_digest, PdfCMSSignedAttributes(signing_time=now)
    )
    output.seek(0)
    signed: bytes = output.read()
    return signed


class _Stamper(TimeStamper):
    """The library's way to ask for a stamp, answered by ours, which checks what comes."""

    def __init__(self, tsa: Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._tsa = tsa

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if md_algorithm != "sha256":
            raise StampFailed("Solo se piden sellos de tiempo sobre huellas SHA-256.")
        answer = await asyncio.to_thread(stamp, message_digest.hex(), self._tsa)
        return tsp.TimeStampResp.load(answer)["time_stamp_token"]


# --- the list of hashes -------------------------------------------------------------------------


def _sign_hashes(bundle: Bundle, added: dict[str, bytes], key: ManifestKey) -> Signing:
    public = key.private.public_key()
    by = key_id(public.public_bytes_raw())
    name, named = detached_name(by), public_name(by)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    hashes = bundle.read(HASHES)
    if name in added or name in bundle.sizes:
        there = added[name] if name in added else bundle.read(name)
        fault = next(iter(check_detached(hashes, there, pem).faults), None)
        if fault is not None:
            raise SigningRefused(f"«{name}» ya está en el paquete y no se reemplaza. {fault}")
        if named not in added and named not in bundle.sizes:
            added[named] = pem
        return Signing(name, by, None, already=True)
    added[name] = key.private.sign(hashes)
    added[named] = pem
    return Signing(name, by, None)


def _stamp_hashes(bundle: Bundle, added: dict[str, bytes], tsa: Authority) -> Signing:
    digest = hashlib.sha256(bundle.read(HASHES)).hexdigest()
    if TOKEN in bundle.sizes:
        found = check_token(bundle.read(TOKEN), digest, tsa.trusted)
        return Signing(TOKEN, found.by, found, already=True)
    added[TOKEN] = stamp(digest, tsa)
    found = check_token(added[TOKEN], digest, tsa.trusted)
    return Signing(TOKEN, found.by, found)


# --- the zip ------------------------------------------------------------------------------------


def _tags(bundle: Bundle, added: Mapping[str, bytes]) -> bytes:
    """The list of what stands beside `data/`, with the signatures: a byte of theirs that proves
    nothing, such as one of a certificate too many, is held too.
    """
    beside = {*TAGS, *bundle.below(layout.SIGNATURES), *added}
    hashes = {
        name: hashlib.sha256(added[name]).hexdigest() if name in added else bundle.sha256(name)
        for name in sorted(beside, key=lambda name: name.split("/"))
    }
    return "".join(f"{sha256}  {name}\n" for name, sha256 in hashes.items()).encode("utf-8")


def _write(bundle: Bundle, added: dict[str, bytes], out: Path) -> None:
    """The same archive with more in it: stored, of one date, by name, as readable as it was."""
    with whole_file(out) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted({*bundle.names, *added}):
                entry = zipfile.ZipInfo(f"{bundle.bag}/{name}", _FIRST_DAY)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                content = added.get(name)
                entry.file_size = bundle.sizes[name] if content is None else len(content)
                with archive.open(entry, "w") as written:
                    for chunk in bundle.chunks(name) if content is None else (content,):
                        written.write(chunk)
        shutil.copymode(bundle.path, temporary)
