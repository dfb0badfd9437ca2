"""Which source a file is of, by its field names; what its fields look like where of none."""

from collections.abc import Iterable

import pandas as pd

from geo.declared import Place, Rights, Source, Way
from geo.normalise.fields import field_names
from geo.normalise.status import plain
from geo.stages import RawLayer
from geo.terms import Noun, Tier
from geo.words import _

_CODES = (
    *("codigou", "codigo_unico", "codigounico", "cod_unico", "native_id", "codigo", "cod", "code"),
    *("id_field", "ident", "contra", "contrato", "objectid", "objectid_1", "fid", "ogc_fid", "gid"),
    "id",
)
_NAMES = (
    *("concesion", "nombre", "name", "name_field", "nomcom", "nom_com", "anp_nomb", "anp_nombre"),
    *("comunidad", "denominacion", "nomb_lote", "nomb", "titulo", "nom", "distrito"),
)
_DATES = ("fec", "fecha", "date", "fch")

_LOOKS = (
    (_CODES, "native_id", "su nombre suele llevar un código"),
    (_NAMES, "name", "su nombre suele llevar el de la fila"),
)
COLUMNS = ("field", "ours", "source", "why")


def source_for(raw: RawLayer, noun: Noun, sources: Iterable[Source]) -> Source:
    """The declared source of this noun whose signature the file has; else one made in memory.

    Of several the one with the longest signature is taken, then the one that knows most of
    the file's fields. Sources of illustrative data are never taken for a file of the world.
    The source made in memory, `file-<noun>`, knows a code and a name where a field is named
    like one (and a code only where most rows have one of their own), else the number of the row; it
    states no accuracy, no tenure, no status, and its rows stay restricted.
    """
    known = [source for source in _signed(raw, sources) if source.noun is noun]
    return known[0] if known else _made(raw, noun)


def looks_like(raw: RawLayer, sources: Iterable[Source]) -> pd.DataFrame:
    """Each field of the file and which of our columns it looks like, in which source, and why.

    Columns: field, ours, source, why; ours and source are empty where nothing is recognised.
    """
    every = list(sources)
    signed = _signed(raw, every)
    order = signed or [source for source in every if not source.illustrative]
    rows = []
    for field in _fields(raw):
        named = _in_sources(field, order)
        if named and signed:
            rows.append((field, *named, "la fuente declara este campo"))
        elif guessed := _by_name(field):
            rows.append((field, guessed[0], "", guessed[1]))
        elif named:
            rows.append((field, *named, "una fuente declarada tiene un campo con este nombre"))
        else:
            rows.append((field, "", "", "no se reconoce: no se usa"))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _fields(raw: RawLayer) -> list[str]:
    return [str(name) for name in raw.frame.columns if name != "geometry"]


def _signed(raw: RawLayer, sources: Iterable[Source]) -> list[Source]:
    """The sources whose signature the file has, the most telling first."""
    there = {name.casefold() for name in _fields(raw)}
    fitting = [
        source
        for source in sources
        if source.signature
        and not source.illustrative
        and {name.casefold() for name in source.signature} <= there
    ]

    def telling(source: Source) -> tuple[int, int, str]:
        wanted = {
            name.casefold() for names in source.fields.values() for name in field_names(names)
        }
        return (-len(source.signature), -len(wanted & there), source.id)

    return sorted(fitting, key=telling)


def _in_sources(field: str, sources: list[Source]) -> tuple[str, str] | None:
    for source in sources:
        for ours, names in source.fields.items():
            if field.casefold() in {name.casefold() for name in field_names(names)}:
                return ours, source.id
    return None


def _by_name(field: str) -> tuple[str, str] | None:
    name = plain(field)
    for names, ours, why in _LOOKS:
        if name in names:
            return ours, why
    if any(part in _DATES for part in name.replace("-", "_").split("_")):
        return "", "parece una fecha: declare una fuente para decir de qué"
    return None


def _made(raw: RawLayer, noun: Noun) -> Source:
    fields: dict[str, str | tuple[str, ...]] = {"native_id": _code(raw) or "@row"}
    name = _first(raw, _NAMES)
    if name:
        fields["name"] = name
    return Source(
        id=f"file-{noun.value}",
        title=raw.snapshot.name,
        publisher="",
        noun=noun,
        way=Way(protocol="file"),
        rights=Rights(licence="unknown", redistribute=False),
        place=Place(why=_("Nadie declaró la exactitud de este archivo.")),
        fields=fields,
        tier=Tier.RESTRICTED,
        constants={"kind": "area"} if noun is Noun.CONCESSION else {},
    )


def _code(raw: RawLayer) -> str | None:
    """The first field named like a code in which most rows have a code of their own.

    A row without one is named by its number and a repeated one by «~2», each with a note: that is
    less to lose than every code of the file.
    """
    for name in _named(raw, _CODES):
        texts = raw.frame[name].astype("string").str.strip()
        if texts[texts.ne("").fillna(False).astype(bool)].nunique() * 2 > len(texts):
            return name
    return None


def _first(raw: RawLayer, names: tuple[str, ...]) -> str | None:
    found = [name for name in _named(raw, names) if raw.frame[name].notna().any()]
    return found[0] if found else None


def _named(raw: RawLayer, names: tuple[str, ...]) -> list[str]:
    by_name = {plain(field): field for field in reversed(_fields(raw))}
    return [by_name[name] for name in names if name in by_name]
