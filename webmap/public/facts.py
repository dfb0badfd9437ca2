"""What the pages say besides the overlaps: territories, totals, sources, and what nobody knows."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo import naming
from geo.answers import known, one_of
from geo.release import read
from geo.schema.columns import TERRITORY
from geo.terms import Deed, HolderKind, Kind, Noun, Status, Tenure
from geo.tolerance import TITLED
from geo.words import SPANISH, Words, _, said
from webmap import looks
from webmap.public import layers
from webmap.public.edition import Edition, Row, records

ALL = "all"

_MOST_REASONS = 40

_DATES = ("titled_on", "recognised_on", "registered_on", "claimed_on")
_LABELS = {column.name: column.label for column in TERRITORY}


def list_of_territories(
    edition: Edition, spoken: Words, keys: Sequence[str] | None = None
) -> list[Row]:
    """Every territory, or those of some keys, as the list shows it.

    share: of all rights together, from the union.
    """
    whole = edition.once(("covered",), lambda: _covered(edition))
    lands = edition.lands
    rows = lands.values() if keys is None else [lands[key] for key in keys]
    made = []
    for row in rows:
        pairs = edition.pair_counts.get(row["key"], 0)
        share = whole.get(row["key"], None if pairs else 0.0)
        made.append(
            {
                **territory(row, edition, spoken),
                "tenure": naming.tenure(row).value,
                "area_ha": row["area_plane_ha"],
                "area": naming.hectares(row["area_plane_ha"], spoken, 2),
                "pairs": pairs,
                "share": share,
                "covered": naming.percent(share, spoken),
            }
        )
    return made


def territory(row: Row, edition: Edition, spoken: Words) -> Row:
    """A territory as pages show it: as `layers.land`, with its part, its look and its place."""
    return {
        **layers.land(row, edition, spoken),
        "part": said(row["part"]),
        "look": looks.of_territory(row),
        "place": place(row),
    }


def _covered(edition: Edition) -> dict[str, float]:
    """The share of each territory that lies under rights, each place once."""
    unions = edition.unions
    if "territory_key" not in unions:
        return {}
    everything = unions["kind"].eq(ALL) & unions["status"].eq(ALL)
    rows = unions.loc[everything.fillna(False) & known(unions["territory_key"]).astype(bool)]
    return dict(zip(rows["territory_key"], rows["share"].astype(float), strict=True))


def place(row: Row) -> str:
    """District, province, department, as far as the source says them."""
    return ", ".join(
        said(row[name]) for name in ("district", "province", "department") if row[name]
    )


def dates(row: Row, spoken: Words) -> list[tuple[str, str, bool]]:
    """The dates of a territory: label, date in words, and whether anybody knows it.

    A request for a title is only told where there is one.
    """
    return [
        (spoken.say(_LABELS[name]), naming.day(row[name], spoken), bool(row[name]))
        for name in _DATES
        if row[name] or name != "claimed_on"
    ]


def areas(row: Row, spoken: Words) -> list[tuple[str, str]]:
    """The areas of a territory, each under the name of its kind."""
    return [
        (
            spoken.say("Área del polígono, plana UTM ({plane})", plane=plane_label(row)),
            naming.hectares(row["area_plane_ha"], spoken),
        ),
        (
            spoken.say("Área del polígono, geodésica (elipsoide WGS84)"),
            naming.hectares(row["area_geodesic_ha"], spoken),
        ),
        (
            spoken.say("Área que dice el título o la norma"),
            naming.hectares(row["area_title_ha"], spoken),
        ),
    ]


def plane_label(row: Row) -> str:
    """The plane in which a row's plane hectares were measured, as a short text."""
    return said(row["measured_in"]) or "?"


def difference(row: Row, spoken: Words) -> str:
    """How far the polygon is from its title's figure, and what follows for what it is called."""
    drawn, title = row["area_plane_ha"], row["area_title_ha"]
    if naming.tenure(row) not in (Tenure.TITLED, Tenure.USE_CESSION):
        return ""
    if drawn is None or not title:
        return spoken.say(
            "No tenemos el área que dice el título, de modo que nadie ha comparado el polígono "
            "con ella."
        )
    percent = f"{spoken.number(abs(float(drawn) / float(title) - 1) * 100, 2)} %"
    if row["called"] == TITLED:
        return spoken.say(
            "El polígono difiere en {percent} del área del título: está dentro de la tolerancia "
            "catastral, y por eso se le llama como su título.",
            percent=percent,
        )
    return spoken.say(
        "El polígono difiere en {percent} del área del título: está fuera de la tolerancia "
        "catastral. Por eso no se le llama «territorio titulado», sino polígono según su fuente.",
        percent=percent,
    )


def totals(edition: Edition, key: str, spoken: Words) -> dict[str, list[Row]]:
    """A territory under rights, each place counted once: by status, by kind, and by both."""
    rows = edition.unions_of(key)

    def told(row: Row, label: str) -> Row:
        return {
            "label": label,
            "pairs": int(row["pairs"]),
            "area": naming.hectares(row["area_ha"], spoken),
            "share": naming.percent(row["share"], spoken),
        }

    by_status = [
        told(row, naming.label(Status, row["status"], spoken))
        for row in _in_order(rows, "status", Status)
        if row["kind"] == ALL and row["status"] != ALL
    ]
    by_kind = [
        told(row, naming.label(Kind, row["kind"], spoken))
        for row in _in_order(rows, "kind", Kind)
        if row["status"] == ALL and row["kind"] != ALL
    ]
    by_both = [
        told(
            row,
            f"{naming.label(Kind, row['kind'], spoken)}, "
            f"{naming.label(Status, row['status'], spoken)}",
        )
        for row in rows
        if ALL not in (row["kind"], row["status"])
    ]
    everything = [
        told(row, spoken.say("Todos, también los extinguidos"))
        for row in rows
        if row["kind"] == row["status"] == ALL
    ]
    return {"status": by_status, "kind": by_kind, "both": by_both, "all": everything}


def unknown_of(row: Row, rights: list[Row], spoken: Words) -> list[str]:
    """What nobody knows about one territory and the rights on it, as sentences."""
    made = []
    if naming.tenure(row) is Tenure.UNKNOWN:
        made.append(
            spoken.say("La tenencia: ningún documento que tengamos dice en qué se apoya el límite.")
        )
    if not row["titled_on"] and naming.tenure(row) in (Tenure.TITLED, Tenure.USE_CESSION):
        made.append(spoken.say("La fecha del título de esta parte."))
    if row["error_m"] is None:
        made.append(
            spoken.say(
                "El error del límite: sin él no hay mínimo ni máximo de ninguna superposición."
            )
        )
    counts = (
        ("granted_on", _("Fecha de otorgamiento no conocida: {n} de {of} derechos.")),
        ("filed_on", _("Fecha de formulación no conocida: {n} de {of} derechos.")),
    )
    for column, sentence in counts:
        missing = sum(not one[column] for one in rights)
        if missing:
            made.append(spoken.say(sentence, n=missing, of=len(rights)))
    unknown = sum(one["status"] == Status.UNKNOWN for one in rights)
    if unknown:
        made.append(
            spoken.say("Estado no conocido: {n} de {of} derechos.", n=unknown, of=len(rights))
        )
    return made


def open_of(edition: Edition, rights: list[Row], spoken: Words) -> list[Row]:
    """The questions that have no answer for some of these overlaps, most often first."""
    counts = Counter(flag["code"] for one in rights for flag in one["unknown"])
    return [
        {
            "code": code,
            "question": naming.told(edition.questions.get(code, {}), "question", spoken),
            "n": n,
        }
        for code, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def sources_of(edition: Edition, keys: list[str | None], spoken: Words) -> list[Row]:
    """The sources that these rows come from, with their files."""
    return [
        source(edition.sources[key], edition, spoken)
        for key in dict.fromkeys(keys)
        if key is not None and key in edition.sources
    ]


def source(one: Row, edition: Edition, spoken: Words) -> Row:
    """One source, with what became of the rows of each file."""
    frame = edition.concessions if one["noun"] == Noun.CONCESSION else edition.territories
    return {
        "id": one["id"],
        "title": naming.told(one, "title", spoken),
        "publisher": said(one["publisher"]),
        "noun": naming.label(Noun, one["noun"], spoken),
        "licence": said(one["licence"]),
        "notice": naming.told(one, "notice", spoken),
        "address": said(one["address"]),
        "error": (
            spoken.say("no conocido")
            if one["error_m"] is None
            else f"{spoken.number(float(one['error_m']), 1)} m"
        ),
        "why": said(one["why"]),
        "redistribute": bool(one["redistribute"]),
        "illustrative": bool(one["illustrative"]),
        "files": edition.once(
            ("files", str(one["id"]), spoken.language),
            lambda: [_file(made, frame, edition, spoken) for made in one["inputs"]],
        ),
    }


def _file(made: Row, frame: pd.DataFrame, edition: Edition, spoken: Words) -> Row:
    rows = int(frame["snapshot"].eq(made["sha256"]).fillna(False).sum())
    return {
        "name": said(made["name"]),
        "sha256": said(made["sha256"]),
        "as_of": naming.day(made["as_of"], spoken),
        **deeds(edition, made["sha256"], rows, spoken),
    }


def deeds(edition: Edition, sha256: str, rows: int, spoken: Words) -> Row:
    """What became of the rows of one file, from the ledger."""
    ledger = _ledger(edition)
    of_file = ledger.loc[ledger["snapshot"].eq(sha256).fillna(False)]
    counts = {deed: of_file.loc[of_file["deed"].eq(deed.value).fillna(False)] for deed in Deed}
    excluded = len(counts[Deed.EXCLUDED])
    reasons = of_file.groupby(["deed", "reason"], as_index=False).size()
    reasons = reasons.sort_values(["size", "reason"], ascending=[False, True]).head(_MOST_REASONS)
    return {
        "in": rows + excluded,
        "out": rows,
        "excluded": excluded,
        "repaired": counts[Deed.REPAIRED]["row"].nunique(),
        "noted": counts[Deed.NOTED]["row"].nunique(),
        "reasons": [_reason(one, spoken) for one in records(reasons)],
    }


def _reason(one: Row, spoken: Words) -> Row:
    """Why something was done to so many rows. spanish: nobody has said it in this language yet."""
    reason = said(one["reason"])
    told = spoken.say(reason)
    spanish = told == reason and spoken.language != SPANISH
    return {"deed": Deed(one["deed"]), "reason": told, "spanish": spanish, "rows": int(one["size"])}


def _ledger(edition: Edition) -> pd.DataFrame:
    return edition.once(("ledger",), lambda: read.ledger(edition.release))


def unknowns(edition: Edition, spoken: Words) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """What nobody knows, counted over the whole release: heading, then (what, how many, of all)."""
    land, rights, pairs = edition.territories, edition.concessions, edition.overlaps
    shared = set(pairs["concession_key"])
    on_land = rights.loc[rights["key"].isin(shared)]
    of_land = [
        (_("Sin documento que diga su tenencia"), one_of(land["tenure"], (Tenure.UNKNOWN,))),
        (_("Titulado o cedido en uso, sin fecha de título"), _untitled(land)),
        (_("Sin área de título con que comparar el polígono"), ~known(land["area_title_ha"])),
        (_("Con error del límite no conocido"), ~known(land["error_m"])),
    ]
    of_rights = [
        (_("Sin fecha de formulación"), ~known(rights["filed_on"])),
        (_("Sin fecha de otorgamiento"), ~known(rights["granted_on"])),
        (_("Con estado no conocido"), one_of(rights["status"], (Status.UNKNOWN,))),
        (_("Sin tipo declarado"), one_of(rights["kind"], (Kind.AREA,))),
        (_("Con error de vértices no conocido"), ~known(rights["error_m"])),
        (
            _("Sin departamento: ni su fuente ni su posición lo dicen"),
            ~known(edition.facets["departments"]),
        ),
        (_("Sin distrito en su fuente"), ~known(rights["district"])),
        (
            _("De titular no conocido"),
            one_of(rights["holder_kind"].fillna(HolderKind.UNKNOWN.value), (HolderKind.UNKNOWN,)),
        ),
    ]
    of_pairs = [
        (_("Sin mínimo ni máximo, porque falta un error"), ~known(pairs["area_min_ha"])),
        (_("Indeterminadas: menores que el error"), _class(pairs, "indeterminate")),
    ]
    searches = [
        (
            _("Derechos que tocan un territorio, sin búsqueda de consulta previa"),
            ~known(on_land["consultation_search"]),
        )
    ]
    return [
        (spoken.say("Territorios"), _counted(of_land, spoken)),
        (spoken.say("Derechos y proyectos"), _counted(of_rights, spoken)),
        (spoken.say("Superposiciones"), _counted(of_pairs, spoken)),
        (spoken.say("Búsquedas que nadie ha hecho"), _counted(searches, spoken)),
    ]


def open_questions(edition: Edition, spoken: Words) -> list[Row]:
    """How often each question was answered yes, no and unknown."""
    flags = edition.summary.get("flags") or {}
    return [
        {
            "code": code,
            "question": naming.told(edition.questions.get(code, {}), "question", spoken),
            **counts,
        }
        for code, counts in flags.items()
    ]


def _untitled(land: pd.DataFrame) -> pd.Series:
    titled = one_of(land["tenure"], (Tenure.TITLED, Tenure.USE_CESSION))
    return titled & ~known(land["titled_on"])


def _class(pairs: pd.DataFrame, word: str) -> pd.Series:
    return one_of(pairs["overlap_class"], (word,))


def _counted(asked: list[tuple[str, pd.Series]], spoken: Words) -> list[tuple[str, int, int]]:
    return [(spoken.say(what), int(found.fillna(False).sum()), len(found)) for what, found in asked]


def _in_order(rows: list[Row], column: str, term: Any) -> list[Row]:
    order = {word.value: place for place, word in enumerate(term)}
    return sorted(rows, key=lambda row: order.get(row[column], len(order)))


def neighbours(edition: Edition, key: str, spoken: Words) -> list[Row]:
    """The titled territories of other communities that lie on this one, from either side."""
    table = edition.between
    if "territory_key" not in table or "other_key" not in table:
        return []
    made = []
    for mine, theirs, named in (
        ("territory_key", "other_key", "other_name"),
        ("other_key", "territory_key", "territory_name"),
    ):
        rows = table.loc[table[mine].eq(key).fillna(False)]
        made += [
            {
                "name": said(row[named]) or spoken.say("sin nombre"),
                "url": layers.address_of_territory(spoken.language, row[theirs]),
                "area": naming.hectares(row["area_ha"], spoken),
            }
            for row in records(rows)
        ]
    return made
