"""The table of a territory's overlaps: rows as figures and as texts, sorted and filtered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from geo import naming
from geo.release.facets import pair_id
from geo.schema.labels import LABELS
from geo.terms import PAIRS, Answer, Kind, OverlapClass, Status
from geo.words import Words, _, said
from webmap.public.choosing import question
from webmap.public.edition import Edition, Row

PAGE = 200
"""How many rows stand on one page."""


@dataclass(frozen=True)
class Heading:
    """One column: its name in an address, its label (message id), and what it sorts by."""

    name: str
    label: str
    value: Callable[[Row], Any]
    number: bool = False


OVERLAPS = (
    Heading("codigo", _("Código"), lambda row: row["code"]),
    Heading("nombre", _("Nombre"), lambda row: row["name"].casefold()),
    Heading("tipo", _("Tipo"), lambda row: row["kind_label"]),
    Heading("estado", _("Estado"), lambda row: row["status_label"]),
    Heading("formulado", _("Formulado"), lambda row: row["filed_on"]),
    Heading("otorgado", _("Otorgado"), lambda row: row["granted_on"]),
    Heading("area", _("Superposición, ha (plana UTM)"), lambda row: row["area_ha"], True),
    Heading("minimo", _("Mínimo – máximo, ha"), lambda row: row["area_min_ha"], True),
    Heading("derecho", _("% del derecho"), lambda row: row["share_of_concession"], True),
    Heading("territorio", _("% del territorio"), lambda row: row["share_of_territory"], True),
    Heading("clase", _("Clase"), lambda row: row["class_label"]),
    Heading("preguntas", _("Sí / no se sabe"), lambda row: len(row["yes"]), True),
)

TERRITORIES = (
    Heading("nombre", _("Nombre"), lambda row: row["name"].casefold()),
    Heading("llamado", _("Cómo se le llama"), lambda row: row["called"]),
    Heading("lugar", _("Lugar"), lambda row: row["place"].casefold()),
    Heading("area", _("Área dibujada, ha (plana UTM)"), lambda row: row["area_ha"], True),
    Heading("derechos", _("Derechos que se superponen"), lambda row: row["pairs"], True),
    Heading("cubierto", _("% cubierto por derechos"), lambda row: row["share"], True),
)


@dataclass(frozen=True)
class Asked:
    """What a reader asked of a table. Whatever makes no sense is as if it was not asked."""

    order: str
    down: bool
    page: int
    chosen: Mapping[str, str]

    def query(self, **changed: Any) -> dict[str, Any]:
        """The address's question, with some of it changed; a new order starts on page one."""
        said = {**self.chosen, "orden": self.order, "sentido": "desc" if self.down else ""}
        said |= {name: value for name, value in changed.items() if value is not None}
        return {name: value for name, value in said.items() if value not in ("", None)}


@dataclass(frozen=True)
class Shown:
    """The rows of one page of a table, and how many there are without pages and filters."""

    rows: list[Row]
    found: int
    total: int
    asked: Asked

    @property
    def pages(self) -> int:
        """How many pages the found rows take."""
        return max(1, -(-self.found // PAGE))


def asked(
    given: Mapping[str, str], headings: tuple[Heading, ...], default: str, filters: tuple[str, ...]
) -> Asked:
    """What the address of a page asks of its table."""
    names = {heading.name for heading in headings}
    order = given.get("orden", "")
    page = given.get("pagina", "1")
    falling = given.get("sentido") == "desc" if order in names else True
    return Asked(
        order if order in names else default,
        falling,
        int(page) if page.isdecimal() and 0 < len(page) < 7 else 1,
        {name: said(given.get(name, ""))[:80] for name in filters},
    )


def show(rows: list[Row], headings: tuple[Heading, ...], wanted: Asked, kept: list[Row]) -> Shown:
    """One page of `kept`, in the order that is wanted; what is not known comes last."""
    value = next(heading.value for heading in headings if heading.name == wanted.order)
    there = [row for row in kept if value(row) not in (None, "")]
    missing = [row for row in kept if value(row) in (None, "")]
    ordered = sorted(there, key=value, reverse=wanted.down) + missing
    pages = max(1, -(-len(ordered) // PAGE))
    first = (min(max(wanted.page, 1), pages) - 1) * PAGE
    return Shown(ordered[first : first + PAGE], len(kept), len(rows), wanted)


def of_territory(edition: Edition, key: str, spoken: Words) -> list[Row]:
    """Every overlap of a territory, as the table shows it."""
    pairs = edition.overlaps_of(territory=key)
    return [
        _row(edition, pair, answers, spoken)
        for pair, answers in zip(pairs, edition.answers(pairs), strict=True)
    ]


def filtered(rows: list[Row], wanted: Asked) -> list[Row]:
    """The rows that a reader chose by kind, status, class, yes to a code, and words."""
    chosen = wanted.chosen
    words = chosen.get("q", "").casefold().split()
    return [
        row
        for row in rows
        if chosen.get("tipo", "") in ("", row["kind"])
        and chosen.get("estado", "") in ("", row["status"])
        and chosen.get("clase", "") in ("", row["overlap_class"])
        and (not chosen.get("alerta") or chosen["alerta"] in {one["code"] for one in row["yes"]})
        and all(word in f"{row['code']} {row['name']}".casefold() for word in words)
    ]


def choices(rows: list[Row], edition: Edition, spoken: Words) -> dict[str, list[tuple[str, str]]]:
    """What there is to choose from in these rows: value and label."""
    lists = {
        "tipo": (Kind, "kind"),
        "estado": (Status, "status"),
        "clase": (OverlapClass, "overlap_class"),
    }
    made = {
        name: [
            (word.value, spoken.say(LABELS[term][word]))
            for word in term
            if word.value in {row[column] for row in rows}
        ]
        for name, (term, column) in lists.items()
    }
    codes = sorted({one["code"] for row in rows for one in row["yes"]})
    return {**made, "alerta": [(code, question(code, edition, spoken)) for code in codes]}


def _row(edition: Edition, pair: Row, answers: list[Row], spoken: Words) -> Row:
    right = edition.rights.get(pair["concession_key"], {})
    by = {answer: [one for one in answers if one["answer"] == answer.value] for answer in Answer}
    shares = pair["overlap_class"] in PAIRS
    filed = said(right.get("filed_on"))
    return {
        "key": pair["concession_key"],
        "territory_key": pair["territory_key"],
        "pair": pair_id(pair["concession_key"], pair["territory_key"]),
        "code": said(pair["concession_id"]),
        "name": naming.name(right, spoken),
        "kind": naming.kind(right).value,
        "kind_label": naming.label_of_kind(right, spoken),
        "status": naming.status(right).value,
        "status_label": naming.label_of_status(right, spoken),
        "status_raw": said(right.get("status_raw")),
        "filed_on": filed,
        "filed": spoken.date(filed) if filed else spoken.say("no se conoce"),
        "accumulation": bool(right.get("accumulation")),
        "granted_on": said(right.get("granted_on")),
        "granted": naming.day(right.get("granted_on"), spoken),
        "area_ha": pair["area_ha"] if shares else None,
        "area": spoken.number(float(pair["area_ha"])) if shares else "—",
        "area_min_ha": pair["area_min_ha"] if shares else None,
        "interval": naming.interval(pair, spoken) if shares else "—",
        "share_of_concession": pair["share_of_concession"] if shares else None,
        "of_concession": naming.percent(pair["share_of_concession"], spoken) if shares else "—",
        "share_of_territory": pair["share_of_territory"] if shares else None,
        "of_territory": naming.percent(pair["share_of_territory"], spoken) if shares else "—",
        "overlap_class": pair["overlap_class"],
        "class_label": naming.overlap_class(pair["overlap_class"], spoken),
        "area_psad56": (
            naming.hectares(pair["area_psad56_ha"], spoken)
            if shares and pair["area_psad56_ha"] is not None
            else ""
        ),
        "yes": [_flag(one, spoken) for one in by[Answer.YES]],
        "unknown": [_flag(one, spoken) for one in by[Answer.UNKNOWN]],
        "no": [_question(one, edition, spoken) for one in by[Answer.NO]],
    }


def _flag(flag: Row, spoken: Words) -> Row:
    return {
        "code": said(flag["code"]),
        "text": naming.sentence(flag, spoken),
        "priority": naming.severity(flag["severity"], spoken),
    }


def _question(flag: Row, edition: Edition, spoken: Words) -> Row:
    rule = edition.questions.get(flag["code"], {})
    return {"code": said(flag["code"]), "text": naming.told(rule, "question", spoken)}
