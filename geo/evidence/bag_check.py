"""Whether a bag is whole (RFC 8493): every file listed, every hash right, nothing too much."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from geo.evidence import layout
from geo.evidence.findings import Finding, Kind
from geo.evidence.unpack import (
    BAG_INFO,
    BAGIT,
    HASHES,
    PAYLOAD,
    TAG_HASHES,
    TAGS,
    Bundle,
)

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
_VERSIONS = (zipfile.DEFAULT_VERSION, zipfile.ZIP64_VERSION)

_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)\Z")
_DECLARATION = re.compile(rb"BagIt-Version: (?:0\.97|1\.0)\nTag-File-Character-Encoding: UTF-8\n\Z")
_OXUM = re.compile(rb"^Payload-Oxum: (\d+)\.(\d+)\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Listing:
    """A list of hashes. hashes: file -> SHA-256 in hexadecimal. sound: written as it must be."""

    hashes: Mapping[str, str]
    sound: bool
    ordered: bool


def digests(bundle: Bundle) -> dict[str, str]:
    """The SHA-256 of every file; one that the zip's own checksum contradicts is not hidden."""
    return {name: _digest(bundle, name)[0] for name in bundle.names}


def listing(content: bytes) -> Listing:
    """The lines «hash, two spaces, path» of a list."""
    text = content.decode("utf-8", errors="replace")
    lines = text.split("\n")
    found = [_LINE.match(line) for line in lines[:-1]]
    pairs = [(match[2], match[1]) for match in found if match]
    names = [name for name, _ in pairs]
    sound = lines[-1] == "" and len(pairs) == len(found) and len(set(names)) == len(names)
    # in the order of folders and files, so that «datos/…» comes before «datos.gpkg»
    return Listing(dict(pairs), sound, names == sorted(names, key=lambda name: name.split("/")))


def check(bundle: Bundle, found: Mapping[str, str]) -> Iterator[Finding]:
    """What a bag does not keep of its own lists, and what its zip is not. found: `digests`."""
    yield from lists(bundle, found)
    yield from archive(bundle)


def lists(bundle: Bundle, found: Mapping[str, str]) -> Iterator[Finding]:
    """What a bag does not keep of its own lists."""
    for name in (BAGIT, BAG_INFO, HASHES, TAG_HASHES):
        if name not in found:
            yield Finding(Kind.MISSING, name, f"Falta «{name}».")
    payload = [name for name in bundle.names if name.startswith(PAYLOAD)]
    of_payload = list(_listed(bundle, HASHES, payload, found))
    of_tags = list(_listed(bundle, TAG_HASHES, _tags(bundle), found))
    if any(one.file == HASHES for one in of_tags):
        # the two lists contradict each other: the files say which one is wrong
        if of_payload:
            of_payload = [one for one in of_payload if one.file == HASHES]
        else:
            of_tags = [_wrong_tags(one) if one.file == HASHES else one for one in of_tags]
    yield from of_payload
    yield from of_tags
    for name in bundle.names:
        known = name in TAGS or name == TAG_HASHES
        if not known and not name.startswith((PAYLOAD, f"{layout.SIGNATURES}/")):
            yield Finding(Kind.ADDED, name, f"«{name}» está de más: ningún paquete lo lleva.")
    if BAGIT in found and not _DECLARATION.match(bundle.read(BAGIT)):
        yield Finding(Kind.ALTERED, BAGIT, f"«{BAGIT}» no dice que esto es un paquete BagIt.")
    # where a file is missing or too many, the count is not what was changed
    if not of_payload:
        yield from _oxum(bundle, payload)


def _listed(
    bundle: Bundle, listed_in: str, there: Sequence[str], found: Mapping[str, str]
) -> Iterator[Finding]:
    """The files of a list against those that are there."""
    if listed_in not in found:
        return
    said = listing(bundle.read(listed_in))
    if not said.sound:
        yield Finding(
            Kind.ALTERED, listed_in, f"«{listed_in}» no está escrito como una lista de huellas."
        )
    elif not said.ordered:
        yield Finding(
            Kind.REORDERED, listed_in, f"Las líneas de «{listed_in}» no están en su orden."
        )
    for name in there:
        if name not in said.hashes:
            yield Finding(Kind.ADDED, name, f"«{name}» está de más: «{listed_in}» no lo nombra.")
        elif said.hashes[name] != found[name]:
            yield Finding(
                Kind.ALTERED,
                name,
                f"«{name}» fue alterado: su SHA-256 es {found[name]} y «{listed_in}» dice "
                f"{said.hashes[name]}.",
            )
    for name in said.hashes:
        if name not in found:
            yield Finding(Kind.MISSING, name, f"Falta «{name}», que «{listed_in}» nombra.")


def _tags(bundle: Bundle) -> list[str]:
    """The files beside `data/` that must be listed, and the signatures that are.

    A signature that another program put there need not be listed: it proves itself.
    """
    said = listing(bundle.read(TAG_HASHES)) if TAG_HASHES in bundle.sizes else None
    signed = [name for name in bundle.below(layout.SIGNATURES) if said and name in said.hashes]
    return [*(name for name in TAGS if name in bundle.sizes), *signed]


def _wrong_tags(one: Finding) -> Finding:
    """Every file is what the list of hashes says, so what contradicts that list was changed."""
    return Finding(Kind.ALTERED, TAG_HASHES, f"«{TAG_HASHES}» fue alterado: {one.sentence}")


def _oxum(bundle: Bundle, payload: Sequence[str]) -> Iterator[Finding]:
    if BAG_INFO not in bundle.sizes:
        return
    said = _OXUM.findall(bundle.read(BAG_INFO))
    size = sum(bundle.sizes[name] for name in payload)
    if [(int(octets), int(count)) for octets, count in said] != [(size, len(payload))]:
        yield Finding(
            Kind.ALTERED,
            BAG_INFO,
            f"«{BAG_INFO}» no dice lo que hay: son {len(payload)} archivos y {size} bytes.",
        )


def archive(bundle: Bundle) -> Iterator[Finding]:
    """The form of the zip: entries by name, the fixed date, checksums that agree."""
    ordered = sorted(bundle.names)
    for name, expected in zip(bundle.names, ordered, strict=True):
        if name != expected:
            yield Finding(
                Kind.REORDERED, expected, f"«{expected}» no está en su lugar dentro del zip."
            )
            break
    for name, entry in zip(bundle.names, bundle.entries, strict=False):
        if not _plain(entry):
            yield Finding(
                Kind.ALTERED,
                name,
                f"«{name}» lleva en el zip una fecha o unos permisos que no son los de todos.",
            )
        if _digest(bundle, name)[1] != entry.CRC:
            yield Finding(
                Kind.ALTERED, name, f"«{name}» no es lo que dice la suma de control del zip."
            )


def _plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry has the date, the system and the permissions of every entry."""
    return (
        entry.date_time == _FIRST_DAY
        and (entry.create_system, entry.external_attr) == (_UNIX, _PLAIN_FILE)
        and (entry.internal_attr, entry.reserved) == (0, 0)
        and {entry.create_version, entry.extract_version} <= set(_VERSIONS)
    )


def _digest(bundle: Bundle, name: str) -> tuple[str, int]:
    digest, checksum = sha256(), 0
    for chunk in bundle.chunks(name):
        digest.update(chunk)
        checksum = zlib.crc32(chunk, checksum)
    return digest.hexdigest(), checksum
