"""What in a bundle follows from the rest of it: written once more, and held to what stands there.

Whoever remakes every list can still not make a file say two things: a GeoJSON with a member twice,
a system of coordinates that only a map program reads, a log that tells other hours than captures.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from geo.evidence import custody, guide, layout, received_files, record
from geo.evidence.check.enclosed import Rows
from geo.evidence.check.manifest_check import (
    CAPTURES,
    CUSTODY,
    MANIFEST,
    Captures,
    key_of,
    nearest,
)
from geo.evidence.chosen import Chosen
from geo.evidence.findings import Finding, Kind
from geo.evidence.unpack import BAG_INFO, PAYLOAD, Bundle, said
from geo.evidence.wishes import Wishes
from geo.release import manifest

_BESIDE = (layout.PDF, layout.MANIFEST, layout.CUSTODY, layout.GUIDE, layout.GUIDE_EN)
_FOLDERS = (layout.DATA, layout.RECEIVED, layout.SNAPSHOTS, layout.STAMPS)
_METHOD = ("publicacion.json", "capturas.json")
_DECLARED = ("cases/", "countries/", "judgments/", "rules/", "sources/")
_OF_CAPTURE = {"at": "retrieved_at", "role": "role", "medium": "origin", "sha256": "sha256"}
_BROKEN = (AttributeError, LookupError, TypeError, ValueError)


def places(bundle: Bundle) -> Iterator[Finding]:
    """Files below `data/` in a place where no bundle has any."""
    for name in bundle.below(PAYLOAD.rstrip("/")):
        inside = name.removeprefix(PAYLOAD)
        folder, _, rest = inside.partition("/")
        method = folder == layout.METHOD and (
            rest in _METHOD or (rest.startswith(_DECLARED) and rest.endswith(".toml"))
        )
        if inside not in _BESIDE and folder not in _FOLDERS and not method:
            yield Finding(Kind.ADDED, name, f"«{name}» está de más: ningún paquete lo lleva.")


def captures(bundle: Bundle) -> Iterator[Finding]:
    """The file of captures, in the one form that it can have."""
    content = bundle.read(CAPTURES)
    listed = said(content)
    same = isinstance(listed, list) and manifest.canonical(listed) == content
    keys = [key_of(one) for one in listed if isinstance(one, dict)] if same else []
    if same and (len(keys) < len(listed) or len(set(keys)) < len(keys)):
        yield Finding(
            Kind.DISAGREES,
            CAPTURES,
            f"«{CAPTURES}» cuenta dos veces la misma capa de un archivo, o algo que no es captura.",
        )
    if not same:
        yield Finding(
            Kind.ALTERED,
            CAPTURES,
            f"«{CAPTURES}» no está escrito en la única forma que puede tener.",
        )


def rows(chosen: Chosen, bundle: Bundle, received: Sequence[Rows]) -> Iterator[Finding]:
    """Rows as received, written once more: the same bytes, or a file that says two things."""
    for one in received:
        if one.capture is None:
            again = received_files.write_facts(one.rows)
        else:
            crs = received_files.crs_of(chosen, one.capture)
            again = received_files.write_layer(one.rows, one.capture, crs)
        if again != bundle.read(one.file):
            yield Finding(
                Kind.ALTERED,
                one.file,
                f"«{one.file}» no está escrito como este programa escribe esas filas: otro "
                "programa puede leer en él otra cosa.",
            )


def beside(
    chosen: Chosen, wishes: Wishes, bundle: Bundle, told: Mapping[str, Any]
) -> Iterator[Finding]:
    """The manifest's own words and `bag-info.txt`, against the layers. told: the manifest."""
    if not {CUSTODY, BAG_INFO} <= set(bundle.sizes):
        return  # that one of them is missing is told already
    log = [json.loads(line) for line in bundle.read(CUSTODY).splitlines()]
    try:
        made = said(manifest.canonical(record.of(chosen, wishes, record.bag_name(chosen), {}, log)))
        unlike = [
            name
            for name in sorted({*made, *told} - {"files", "versions"})
            if made.get(name) != told.get(name)
        ]
        if told["versions"]["figures"] != made["versions"]["figures"]:
            unlike.append("versions")
    except _BROKEN:
        unlike = ["choice"]
    if unlike:
        yield Finding(
            Kind.DISAGREES, MANIFEST, f"«{MANIFEST}»: {', '.join(unlike)} no sale de lo que trae."
        )
    about = record.about(chosen, str(told.get("bag")))
    lines = bundle.read(BAG_INFO).decode("utf-8", errors="replace").splitlines()
    wanted = {f"{name}: {value}" for name, value in about.items()}
    if {line for line in lines if not line.startswith("Payload-Oxum: ")} != wanted:
        yield Finding(
            Kind.ALTERED, BAG_INFO, f"«{BAG_INFO}» no dice lo que este programa escribe en él."
        )


def guides(chosen: Chosen, bundle: Bundle) -> Iterator[Finding]:
    """The pages that say how to check a bundle, as this very code writes them."""
    whole = {
        one["sha256"]: name.removeprefix(PAYLOAD)
        for one in chosen.captures
        for name in bundle.below(f"{PAYLOAD}{layout.SNAPSHOTS}")
        if one["file"] and name.rpartition("/")[2].startswith(f"{one['sha256'][:12]}-")
    }
    try:
        made = guide.texts(chosen, whole)
    except _BROKEN:
        made = {layout.GUIDE: b"", layout.GUIDE_EN: b""}
    for name, content in made.items():
        file = f"{PAYLOAD}{name}"
        if file in bundle.sizes and bundle.read(file) != content:
            yield Finding(
                Kind.ALTERED, file, f"«{file}» no dice lo que este programa escribe en él."
            )


def _unlike(line: Mapping[str, Any], capture: Mapping[str, Any]) -> list[str]:
    """What a line of the log tells otherwise than a capture."""
    detail = line.get("detail")
    whole = detail.items() if isinstance(detail, dict) else [("detail", None)]
    return [
        *(ours for ours, theirs in _OF_CAPTURE.items() if line.get(ours) != capture.get(theirs)),
        *(name for name, value in whole if capture.get(name, line) != value),
    ]


def log(bundle: Bundle, known: Captures) -> Iterator[Finding]:
    """Every capture as the log tells it once, and no deed that no bundle has."""
    left: dict[str, list[Mapping[str, Any]]] = {}
    for (sha256, _layer), capture in known.items():
        left.setdefault(sha256, []).append(capture)
    deeds = {one.value for one in custody.Action} - {custody.Action.DELIVERY.value}
    for line in map(json.loads, bundle.read(CUSTODY).splitlines()):
        unlike: list[str] = []
        if line.get("action") not in deeds:
            unlike = ["action"]
        elif line["action"] == custody.Action.CAPTURE.value:
            same = left.get(str(line.get("sha256")), [])
            found = nearest(same, partial(_unlike, line))
            unlike = ["sha256"] if found is None else found
        elif line.get("role") != custody.PROGRAM or line.get("at") is not None:
            unlike = ["role, at"]
        if unlike:
            yield Finding(
                Kind.DISAGREES,
                CUSTODY,
                f"«{CUSTODY}», línea {line.get('n')}: {', '.join(unlike)} no es lo que dicen las "
                "capturas del paquete.",
            )
