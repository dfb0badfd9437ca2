"""Where everything comes from: publishers and their notices, files, when they were captured."""

from collections.abc import Mapping
from typing import Any

from geo import naming
from geo.evidence.annex.blocks import Block, Heading, Pairs, Paragraph, Section, Tone
from geo.evidence.annex.matter import Matter
from geo.evidence.annex.method import metres
from geo.release.tiers import TEXT_WITHHELD
from geo.terms import Tier
from geo.words import _, said

_UNKNOWN = _("no se conoce")
_NOT_HERE = _("no va en este paquete")
_RENAMED = _("el nombre con que se recibió no se dice en este nivel de acceso")
_ADDED = {"crs": _("CRS indicado"), "accuracy_m": _("Error de vértice al 95 %")}
ROLES = {"importer": _("quien lo importó"), "program": _("el programa")}


def sources_pages(matter: Matter) -> Section:
    """Each source with its notice, then each of its files."""
    say, blocks = matter.say, list[Block]()
    captures = [dict(one) for one in matter.chosen.captures]
    told: set[str] = set()
    for source in matter.chosen.sources:
        blocks.append(Heading(naming.told(source, "title", matter.words)))
        notice = naming.told(source, "notice", matter.words)
        if notice:
            blocks.append(
                Paragraph(say("Aviso de la fuente: «{notice}»", notice=notice), Tone.NOTE)
            )
        blocks.append(Pairs(tuple(_source(matter, source))))
        for capture in captures:
            if capture["source_id"] == source["id"]:
                told.add(capture["sha256"])
                blocks += _capture(matter, capture)
    left = [one for one in captures if one["sha256"] not in told]
    if left:
        blocks.append(Heading(say("Hechos aportados con su documento")))
        for capture in left:
            blocks += _capture(matter, capture)
    return Section(say("Fuentes y avisos"), tuple(blocks))


def _source(matter: Matter, source: Mapping[str, Any]) -> list[tuple[str, str]]:
    say, words = matter.say, matter.words
    error, licence = source.get("error_m"), said(source.get("licence"))
    return [
        (say("Entidad"), said(source.get("publisher")) or say("no se conoce")),
        (say("Dirección"), said(source.get("address")) or say("no se conoce")),
        (say("Licencia"), say("desconocida") if licence in ("", "unknown") else licence),
        (
            say("Redistribución"),
            say("permitida") if source.get("redistribute") else say("no permitida o no declarada"),
        ),
        (
            say("Error declarado al 95 %"),
            say("no conocido") if error is None else f"{words.number(float(error), 1)} m",
        ),
        (say("Por qué ese error"), said(source.get("why")) or say("no se conoce")),
    ]


def _capture(matter: Matter, capture: Mapping[str, Any]) -> list[Block]:
    say, words = matter.say, matter.words
    raw = capture.get("raw") or {}
    count = raw.get("rows")
    rows = [
        (
            say("SHA-256 de las filas mostradas")
            if capture.get("sha256_of") == "rows"
            else say("SHA-256"),
            said(capture["sha256"]),
        ),
        (say("Tamaño"), say("{n} bytes", n=words.number(capture["size_bytes"], 0))),
        (say("Captura"), matter.instant(capture.get("retrieved_at"))),
        (say("Fecha de los datos"), _given(matter, capture, "as_of")),
        (say("Origen"), origin(matter, capture)),
    ]
    if matter.chosen.release.tier is not Tier.RESTRICTED:
        rows.append((say("Nombre"), say(_RENAMED)))
    if raw:
        rows += [
            (
                say("Registros en el archivo"),
                say("no se conoce") if count is None else words.number(count, 0),
            ),
            (say("CRS declarado"), said(raw.get("crs")) or say("el archivo no lo dice")),
        ]
    # what the importer added to the file, and figures rest on
    rows += [
        (say(label), _given(matter, capture, name))
        for name, label in _ADDED.items()
        if capture.get(name)
    ]
    if capture.get("filtered"):
        rows.append((say("Filtro"), say("quien lo importó tomó solo una parte de las filas")))
    if capture.get("file"):
        rows.append((say("Archivo completo"), say("va en este paquete")))
    else:
        why = say(said(capture.get("why_not")) or _NOT_HERE)
        rows.append((say("Archivo completo"), why))
    if capture.get("stamp"):
        rows.append((say("Sello de tiempo"), said(capture["stamp"])))
    return [Heading(say("Archivo {name}", name=said(capture["name"])), 3), Pairs(tuple(rows))]


def origin(matter: Matter, capture: Mapping[str, Any]) -> str:
    """Where the bytes came from; what only the importer says is said to be so."""
    text = said(capture.get("origin")) or _UNKNOWN
    if text in (_UNKNOWN, TEXT_WITHHELD):
        text = matter.say(text)
    return _by(matter, capture, text)


def _given(matter: Matter, capture: Mapping[str, Any], name: str) -> str:
    """What an importer gave with the file: its date, its CRS, its error."""
    value = capture.get(name)
    if name == "as_of":
        text = naming.day(value, matter.words)
    else:
        text = metres(matter, value) if name == "accuracy_m" else said(value)
    return _by(matter, capture, text) if value else text


def _by(matter: Matter, capture: Mapping[str, Any], text: str) -> str:
    """A text, and who says so where it is only somebody's word."""
    if not capture.get("asserted"):
        return text
    role = matter.say(ROLES.get(str(capture.get("role")), ROLES["importer"]))
    return matter.say("{origin} (según {role})", origin=text, role=role)
