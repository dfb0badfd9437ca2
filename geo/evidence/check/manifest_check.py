"""Whether the manifest of a bundle, its log of custody and its annex speak of the same files."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from geo.evidence import custody, layout
from geo.evidence.findings import Finding, Kind
from geo.evidence.signing.named import keyword
from geo.evidence.unpack import HASHES, PAYLOAD, Bundle, said
from geo.release import manifest

MANIFEST = f"{PAYLOAD}{layout.MANIFEST}"
CUSTODY = f"{PAYLOAD}{layout.CUSTODY}"
PDF = f"{PAYLOAD}{layout.PDF}"
RELEASE = f"{PAYLOAD}{layout.METHOD}/publicacion.json"
CAPTURES = f"{PAYLOAD}{layout.METHOD}/capturas.json"

Key = tuple[str, str]
"""A capture: the SHA-256 of its file, and its layer as the release names it ("" for facts)."""

Captures = Mapping[Key, Mapping[str, Any]]


def read(bundle: Bundle) -> dict[str, Any]:
    """The manifest, empty where there is none that can be read."""
    found = said(bundle.read(MANIFEST)) if MANIFEST in bundle.sizes else None
    return found if isinstance(found, dict) else {}


def key_of(capture: Mapping[str, Any]) -> Key:
    """Under what a capture is known."""
    raw = capture.get("raw")
    return str(capture.get("sha256")), str(raw.get("layer")) if isinstance(raw, dict) else ""


def check(bundle: Bundle, found: Mapping[str, str]) -> Iterator[Finding]:
    """What the manifest says of the files, against the files. found: their SHA-256."""
    if MANIFEST not in found:
        yield Finding(Kind.MISSING, MANIFEST, f"Falta «{MANIFEST}».")
        return
    content = bundle.read(MANIFEST)
    told = read(bundle)
    files = told.get("files")
    if not isinstance(files, dict) or not _canonical(told, content):
        yield Finding(
            Kind.ALTERED,
            MANIFEST,
            f"«{MANIFEST}» no está escrito en la única forma que un manifiesto puede tener.",
        )
    yield from _files(bundle, files if isinstance(files, dict) else {}, found)
    if told.get("bag") != bundle.bag and bundle.zipped:
        yield Finding(
            Kind.DISAGREES,
            MANIFEST,
            f"La carpeta del paquete se llama «{bundle.bag}» y su manifiesto dice "
            f"«{told.get('bag')}».",
        )
    yield from _release(bundle, told)


def check_custody(
    bundle: Bundle, found: Mapping[str, str], captures: Captures
) -> Iterator[Finding]:
    """The log: every line follows, its head is the manifest's, its hashes are those of captures.

    captures: as the bundle encloses them.
    """
    if CUSTODY not in found:
        yield Finding(Kind.MISSING, CUSTODY, f"Falta «{CUSTODY}».")
        return
    broken = list(check_chain(bundle))
    if broken:
        yield from broken
        return
    content = bundle.read(CUSTODY)
    log = [line for line in map(said, content.splitlines()) if isinstance(line, dict)]
    told = read(bundle).get("custody")
    if told != {"lines": len(log), "head": custody.head(log)}:
        yield Finding(
            Kind.CUSTODY,
            CUSTODY,
            f"«{CUSTODY}» es otra cadena: su última huella no es la que dice el manifiesto.",
        )
    logged = Counter(
        str(line.get("sha256"))
        for line in log
        if line.get("action") == custody.Action.CAPTURE.value
    )
    enclosed = Counter(sha256 for sha256, _layer in captures)
    for sha256 in sorted({*(logged - enclosed), *(enclosed - logged)}):
        more = "el registro de custodia" if logged[sha256] > enclosed[sha256] else "las capturas"
        often = "solo está" if not logged[sha256] or not enclosed[sha256] else "está más veces"
        yield Finding(
            Kind.DISAGREES,
            CUSTODY,
            f"El archivo {sha256[:12]} {often} en {more}: la cadena y lo que el paquete trae no "
            "son lo mismo.",
        )
    exported = [line for line in log if line.get("action") == custody.Action.EXPORT.value]
    release = found.get(RELEASE)
    if release and [line.get("sha256") for line in exported] != [release]:
        yield Finding(
            Kind.DISAGREES,
            CUSTODY,
            f"La cadena de custodia nombra otra publicación que «{RELEASE}».",
        )


def check_chain(bundle: Bundle) -> Iterator[Finding]:
    """Whether every line of the log follows from the one before."""
    for wrong in custody.check(bundle.read(CUSTODY)):
        yield Finding(Kind.CUSTODY, CUSTODY, f"La cadena de «{CUSTODY}» está rota: {wrong}.")


def check_inputs(release: Mapping[str, Any], captures: Captures) -> Iterator[Finding]:
    """What the captures say against the inputs of the release, whose id rests on them.

    Each input is the word of one capture: a second capture of the same bytes needs its own.
    """
    inputs = release.get("inputs")
    left: dict[str, list[Mapping[str, Any]]] = {}
    for one in inputs if isinstance(inputs, list) else ():
        if isinstance(one, dict) and isinstance(one.get("sha256"), str):
            left.setdefault(one["sha256"], []).append(one)
    for (sha256, _layer), capture in captures.items():
        unlike = nearest(left.get(sha256, []), partial(_unlike, capture))
        if unlike is None or unlike:
            yield Finding(
                Kind.DISAGREES,
                CAPTURES,
                f"«{CAPTURES}»: la captura {sha256[:12]} no es la que dice «{RELEASE}»"
                + (f" ({', '.join(unlike)})." if unlike else "."),
            )


def nearest(
    left: list[Mapping[str, Any]], unlike: Callable[[Mapping[str, Any]], list[str]]
) -> list[str] | None:
    """In what the least unlike of several differs, which is taken out of them; None of none."""
    if not left:
        return None
    differ = [unlike(one) for one in left]
    place = min(range(len(left)), key=lambda number: len(differ[number]))
    left.pop(place)
    return differ[place]


def _unlike(capture: Mapping[str, Any], told: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in told if told[name] != capture.get(name))


def check_annex(
    bundle: Bundle, found: Mapping[str, str], original: bytes | None
) -> Iterator[Finding]:
    """Whether the annex names this manifest. original: its unsigned bytes, None where unknown."""
    if PDF not in found:
        yield Finding(Kind.MISSING, PDF, f"Falta «{PDF}».")
        return
    named = keyword(bundle.read(PDF) if original is None else original)
    if named is None:
        yield Finding(
            Kind.ALTERED,
            PDF,
            f"«{PDF}» no se puede leer, o no nombra en sus palabras clave ningún manifiesto.",
        )
    elif MANIFEST in found and named != {found[MANIFEST]}:
        yield Finding(
            Kind.ALTERED,
            MANIFEST,
            f"«{PDF}» nombra un manifiesto de huella {', '.join(sorted(named))}, y la de "
            f"«{MANIFEST}» es {found[MANIFEST]}: el manifiesto se cambió, o el PDF es de otro "
            "paquete.",
        )


def promised_annex(bundle: Bundle) -> str:
    """The SHA-256 that the bag's list gives for the annex, "" where it gives none."""
    if HASHES not in bundle.sizes:
        return ""
    for line in bundle.read(HASHES).decode("utf-8", errors="replace").splitlines():
        if line.endswith(f"  {PDF}"):
            return line[:64]
    return ""


def _canonical(told: Mapping[str, Any], content: bytes) -> bool:
    try:
        return manifest.canonical(told) == content
    except (TypeError, ValueError, RecursionError):
        return False


def _files(bundle: Bundle, files: Mapping[str, Any], found: Mapping[str, str]) -> Iterator[Finding]:
    there = {
        name.removeprefix(PAYLOAD)
        for name in bundle.names
        if name.startswith(PAYLOAD) and name not in (PDF, MANIFEST)
    }
    for name in sorted(there | set(files)):
        path = f"{PAYLOAD}{name}"
        promised = files.get(name)
        if name not in there:
            yield Finding(Kind.MISSING, path, f"Falta «{path}», que «{MANIFEST}» nombra.")
        elif promised is None:
            yield Finding(Kind.ADDED, path, f"«{path}» está de más: «{MANIFEST}» no lo nombra.")
        elif promised != {"sha256": found[path], "size_bytes": bundle.sizes[path]}:
            yield Finding(
                Kind.ALTERED,
                path,
                f"«{path}» fue alterado: su SHA-256 es {found[path]} y «{MANIFEST}» dice otra "
                "huella u otro tamaño.",
            )


def _release(bundle: Bundle, told: Mapping[str, Any]) -> Iterator[Finding]:
    """The manifest of the release is what its own id says, and is the one that is named."""
    if RELEASE not in bundle.sizes:
        yield Finding(Kind.MISSING, RELEASE, f"Falta «{RELEASE}».")
        return
    content = bundle.read(RELEASE)
    release = said(content)
    if not isinstance(release, dict) or not _canonical(release, content):
        yield Finding(Kind.ALTERED, RELEASE, f"«{RELEASE}» no se puede leer.")
        return
    if manifest.identify(release) != release.get("id"):
        yield Finding(
            Kind.ALTERED,
            RELEASE,
            f"«{RELEASE}» fue alterado: su identificador no es el de su contenido.",
        )
    named = told.get("release")
    wanted = {
        "id": release.get("id"),
        "tier": release.get("tier"),
        "as_of": release.get("as_of"),
        "manifest_sha256": hashlib.sha256(content).hexdigest(),
        "code": release.get("code"),
        "rules": release.get("rules"),
    }
    if named != wanted:
        yield Finding(
            Kind.DISAGREES,
            MANIFEST,
            f"«{MANIFEST}» y «{RELEASE}» no hablan de la misma publicación.",
        )
