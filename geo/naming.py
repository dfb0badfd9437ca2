"""What things are called, and how figures of a row are told, on every page alike."""

from collections.abc import Mapping
from typing import Any

from geo.schema.labels import LABELS
from geo.terms import Kind, OverlapClass, Severity, Status, Tenure
from geo.tolerance import TITLED
from geo.words import Words, _, said

Row = dict[str, Any]

# {source} is the title of the declared source
_BY_TENURE = {
    Tenure.CLAIMED: _("Área solicitada o reivindicada, no titulada, según {source}"),
    Tenure.RESERVE: _("Reserva indígena o territorial según {source}"),
    Tenure.PROTECTED_AREA: _("Área natural protegida según {source}"),
    Tenure.BUFFER_ZONE: _("Zona de amortiguamiento según {source}"),
    Tenure.RECOGNISED: _("Polígono de comunidad reconocida según {source}"),
}
_TITLED = {
    Tenure.TITLED: _("Territorio titulado"),
    Tenure.USE_CESSION: _("Área cedida en uso"),
}
_PER_SOURCE = _("Polígono según {source}")


def tenure(territory: Row) -> Tenure:
    """Its tenure; a word that nobody knows is unknown."""
    word = territory.get("tenure")
    return Tenure(word) if word in list(Tenure) else Tenure.UNKNOWN


def per_source(territory: Row) -> bool:
    """Whether a title stands and the polygon that its source draws is not of its area."""
    return tenure(territory) in _TITLED and territory.get("called") != TITLED


def called(territory: Row, sources: Mapping[str, Row], spoken: Words) -> str:
    """What a territory is called: titled only where its polygon is that of its title."""
    own = tenure(territory)
    if own in _TITLED and territory.get("called") == TITLED:
        return spoken.say(_TITLED[own])
    sentence = _BY_TENURE.get(own, _PER_SOURCE)
    return spoken.say(sentence, source=source_title(territory, sources, spoken))


def source_title(row: Row, sources: Mapping[str, Row], spoken: Words) -> str:
    """What people read for the source of a row."""
    source = sources.get(row.get("source_id") or "")
    if source is None:
        return said(row.get("source_id")) or spoken.say("fuente desconocida")
    return told(source, "title", spoken)


def told(entry: Mapping[str, Any], name: str, spoken: Words) -> str:
    """A text of data/ that stands as `name` in Spanish and `name_en` in English."""
    other = entry.get(f"{name}_{spoken.language}")
    return said(other or entry.get(name))


def sentence(entry: Mapping[str, Any], spoken: Words) -> str:
    """A text that stands under the code of its language."""
    return said(entry.get(spoken.language) or entry.get("es"))


def name(row: Row, spoken: Words) -> str:
    """The name of a row, from data, without characters that reorder or hide a text."""
    return said(row.get("name")) or spoken.say("sin nombre")


def kind(row: Row) -> Kind:
    """Its kind; a word that nobody knows is an area without one."""
    word = row.get("kind")
    return Kind(word) if word in list(Kind) else Kind.AREA


def status(row: Row) -> Status:
    """Its status; a word that nobody knows is unknown."""
    word = row.get("status")
    return Status(word) if word in list(Status) else Status.UNKNOWN


def label(term: type, value: Any, spoken: Words) -> str:
    """A word of a closed list, or the word itself where the list does not have it."""
    labels = LABELS.get(term, {})
    return spoken.say(labels[value]) if value in labels else said(value)


def label_of_kind(row: Row, spoken: Words) -> str:
    """The kind of a right, in words."""
    return label(Kind, kind(row), spoken)


def label_of_status(row: Row, spoken: Words) -> str:
    """The status of a right, in words."""
    return label(Status, status(row), spoken)


def overlap_class(value: str, spoken: Words) -> str:
    """The class of an overlap, in words."""
    return label(OverlapClass, value, spoken)


def severity(value: str, spoken: Words) -> str:
    """The priority of a review, in words."""
    return label(Severity, value, spoken)


def hectares(value: float | None, spoken: Words, decimals: int = 4) -> str:
    """A figure with its unit, or that it is not known."""
    if value is None:
        return spoken.say("desconocido")
    return f"{spoken.number(float(value), decimals)} ha"


def hectares_of_many(value: float, unknown: int, of: int, spoken: Words, decimals: int = 4) -> str:
    """The hectares of some rows, and of how many of them nobody knows any.

    value: the sum of what is known. unknown: rows without a figure. of: rows that should have one.
    """
    if not unknown:
        return hectares(value, spoken, decimals)
    if unknown == of:
        return spoken.say("no se conoce")
    return spoken.say(
        "{area}, sin contar {n} cuyas hectáreas no se conocen",
        area=hectares(value, spoken, decimals),
        n=spoken.number(unknown, 0),
    )


def interval(row: Row, spoken: Words, unit: str = "") -> str:
    """Minimum and maximum of an overlap in ha; a missing error is said, never drawn as zero.

    Where both are written alike, that they differ by less than 1 m² (four decimals of a hectare).
    """
    low, high = row.get("area_min_ha"), row.get("area_max_ha")
    if low is None or high is None:
        return spoken.say("error no conocido")
    least, most = spoken.number(float(low)), spoken.number(float(high))
    if least == most:
        return spoken.say("{ha} (cambia menos de 1 m²)", ha=f"{least}{unit}")
    return f"{least} – {most}{unit}"


def percent(value: float | None, spoken: Words, decimals: int = 1) -> str:
    """A share as a percentage. What is there and too small to show is not shown as nothing."""
    if value is None:
        return spoken.say("desconocido")
    figure = float(value) * 100
    if 0 < figure < 0.5 * 10**-decimals:
        return f"< {spoken.number(10**-decimals, decimals)} %"
    return f"{spoken.number(figure, decimals)} %"


def day(value: str | None, spoken: Words) -> str:
    """A partial date in words, or that nobody has it."""
    return spoken.date(value) if value else spoken.say("no se conoce")
