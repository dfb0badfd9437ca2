"""The page of the form: what it offers, and what it answers to its own buttons.

Every button of the form sends the whole form, so that nothing typed is lost on the way: to add a
row, to look at the map from nearer, to keep a draft.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import render_template, url_for
from werkzeug.datastructures import MultiDict

from geo.places import COUNTRY, Places
from geo.register.dossier import Dossier
from geo.register.lists import Reach, SubjectKind, Verification
from geo.register.nouns import Intervention
from geo.terms import PlaceLevel
from geo.words import Words, _
from webmap.desk import forms, incidents_saving, labels, picture, spots, traces
from webmap.desk.desk import Desk
from webmap.desk.incidents_shown import Reader, changes, lines, step
from webmap.desk.incidents_story import LISTS, Known, Story
from webmap.desk.typed import Faults, Typed, count, rows, with_row

SECTIONS = (
    ("que", _("¿Qué pasó?")),
    ("cuando", _("¿Cuándo?")),
    ("donde", _("¿Dónde?")),
    ("aquien", _("¿A quién?")),
    ("quien", _("¿Quién lo hizo?")),
    ("como", _("¿Cómo se sabe?")),
    ("pedido", _("¿Qué se pidió?")),
    ("comunidad", _("¿Toca a una comunidad?")),
    ("seguro", _("¿Qué tan seguro es?")),
)
_BEGINNINGS = {
    "title": 0,
    "narrative": 0,
    "kinds": 0,
    "happened": 1,
    "until": 1,
    "spot": 2,
    "acts": 3,
    "doers": 4,
    "sources": 5,
    "measures": 6,
    "organisation": 6,
    "case": 6,
    "communities": 7,
    "concerned": 7,
    "verification": 8,
}
FIRST_FIELD = {
    "acts": "reference",
    "doers": "perpetrator",
    "sources": "kind",
    "measures": "measure",
    "communities": "reference",
}
_MAY_HOLD_CONTACTS = ("contact", "reference", "fresh")
_NOT_OF_PEOPLE = ("csrf_token", "seen", "do", "id", "spot-place", "spot-system", *LISTS)


@dataclass(frozen=True)
class Asked:
    """What a button other than keeping answers: the form as it is then, and where the cursor is."""

    typed: Typed
    focus: str = ""
    map_open: bool = False
    advice: str = ""


def button(typed: Typed, places: Places) -> Asked | None:
    """What a press of a button changes in the form; None where it is to be kept."""
    pressed = typed.get("do", "")
    name = pressed.removeprefix("add-")
    if pressed.startswith("add-") and name in LISTS:
        number = count(typed, name)
        return Asked(with_row(typed, name), f"{name}-{number}-{FIRST_FIELD[name]}")
    if pressed == "wider":
        return Asked(_turned(typed, _wider(places, typed.get("spot-view", ""))), map_open=True)
    if "map.x" in typed and "map.y" in typed:
        return _clicked(typed, places)
    return None


def _wider(places: Places, code: str) -> str:
    if code not in places.by_code:
        return COUNTRY
    level = places.by_code[code].level
    up = PlaceLevel.DEPARTMENT if level is PlaceLevel.DISTRICT else PlaceLevel.COUNTRY
    return places.up(code, up)


def _turned(typed: Typed, view: str) -> Typed:
    made: Typed = MultiDict(typed)
    made["spot-view"] = view
    return made


def _clicked(typed: Typed, places: Places) -> Asked:
    """One step nearer; on a district, the spot itself, written into the fields of coordinates."""
    code = typed.get("spot-view", "")
    shown = picture.view(places, code if code in places.by_code else COUNTRY)
    x, y = (typed.get(f"map.{axis}", "") for axis in "xy")
    if shown is None or not (x.isascii() and x.isdigit() and y.isascii() and y.isdigit()):
        return Asked(typed, map_open=True)
    lon, lat = shown.degrees(float(x[:6]), float(y[:6]))
    found = picture.nearer(places, shown.code, lon, lat)
    if found is None or (x, y) == ("0", "0"):
        return Asked(
            typed, map_open=True, advice=_("Ahí no hay ningún distrito conocido. Pruebe otra vez.")
        )
    made = _turned(typed, found)
    made["spot-place"] = spots.label(places, found)
    if found == shown.code:
        made["spot-system"] = spots.PICTURE
        made["spot-first"], made["spot-second"] = f"{lon:.5f}", f"{lat:.5f}"
        return Asked(made, map_open=True, advice=_("El punto quedó marcado. Puede cambiarlo."))
    for name in ("spot-system", "spot-first", "spot-second"):
        made.pop(name, None)
    return Asked(made, map_open=True)


def signs(typed: Typed, known: Known, words: Words) -> list[tuple[str, str]]:
    """What in the form looks like somebody's name or number: field and sentence."""
    ordinary = _ordinary(known.places) | traces.words_of(
        one.content.name for one in known.communities.values()
    )
    return [
        (name, words.say(sentence, found=found))
        for name, text in typed.items(multi=True)
        if not name.startswith(_NOT_OF_PEOPLE) and not name.endswith((*_MAY_HOLD_CONTACTS, "-name"))
        for sentence, found in traces.found(text, ordinary)
    ]


@lru_cache(maxsize=2)
def _ordinary(places: Places) -> frozenset[str]:
    return traces.words_of(place.name for place in places.by_code.values())


def page(
    desk: Desk,
    known: Known,
    asked: Asked,
    faults: Faults,
    *,
    heading: str,
    action: str,
    found_signs: list[tuple[str, str]] | None = None,
    changed: list[dict[str, str]] | None = None,
) -> str:
    """The form, as a page."""
    words, lists, typed = desk.words(), desk.vocabulary, asked.typed
    ordered = Faults(sorted(faults.items(), key=lambda one: _part(one[0])))
    said = forms.form(typed, ordered, words, asked.focus)
    return render_template(
        "desk/incident_form.html",
        f=replace(said, labels={name: _where(name, words) for name in faults}),
        heading=heading,
        action=action,
        signs=found_signs or [],
        changed=changed,
        lists=LISTS,
        sections=[(name, words.say(label)) for name, label in SECTIONS],
        kinds=labels.kinds(words, lists.kinds),
        all_kinds=labels.terms(words, lists.kinds),
        places=place_names(known.places),
        systems=[(one.code, words.say(one.label)) for one in spots.SYSTEMS],
        spot_fault=any(name.startswith("spot-") and name != "spot-place" for name in faults),
        picture=_picture(asked, known.places, words),
        people=list(_people(typed, known, desk)),
        subject_kinds=labels.options(words, SubjectKind),
        groups=labels.terms(words, lists.groups),
        harms=labels.terms(words, lists.harms),
        charges=labels.terms(words, lists.charges),
        doers=rows(typed, "doers"),
        perpetrators=labels.terms(words, lists.perpetrators),
        degrees=labels.terms(words, lists.degrees),
        verifications=labels.options(words, Verification),
        sources=rows(typed, "sources"),
        source_kinds=labels.terms(words, lists.sources),
        reliabilities=labels.terms(words, lists.reliabilities),
        measures=list(_measures(typed, known, words)),
        measure_terms=labels.terms(words, lists.measures),
        measure_steps=labels.terms(words, lists.measure_steps),
        case_steps=labels.terms(words, lists.case_steps),
        reaches=labels.options(words, Reach),
        communities=list(_communities(typed, known)),
        known_communities=sorted((r, c.content.name) for r, c in known.communities.items()),
        removable=incidents_saving.may_take_out(known.stored),
    )


@lru_cache(maxsize=2)
def place_names(places: Places) -> tuple[str, ...]:
    """Every place with those around it, for the list of suggestions."""
    return tuple(sorted(spots.label(places, code) for code in places.by_code if code != COUNTRY))


def compared(story: Story, now: Dossier, reader: Reader) -> list[dict[str, str]]:
    """What was typed and what somebody kept meanwhile, where they differ."""
    yours = {row.id: row.content for row in story.rows() if row.id}
    yours[now.event.id] = story.event
    theirs = {row.id: row.content for row in incidents_saving.own_rows(now)}
    pairs = [(theirs.get(row), yours.get(row)) for row in dict.fromkeys([*theirs, *yours])]
    pairs += [(None, row.content) for row in story.rows() if not row.id]
    return [
        {"label": label, "theirs": before, "yours": after}
        for other, mine in pairs
        for label, before, after in _apart(other, mine, reader)
    ]


def _apart(other: Any, mine: Any, reader: Reader) -> list[tuple[str, str, str]]:
    if mine is None:
        return [(label, text, "") for label, text in lines(other, reader)]
    return changes(other, mine, reader)


def _part(name: str) -> int:
    """The number of the part of the form that a field is in, from 0."""
    return next((n for begin, n in _BEGINNINGS.items() if name.startswith(begin)), 0)


def _where(name: str, words: Words) -> str:
    """The part of the form that a field is in, with the number of its row."""
    found = _part(name)
    parts = name.split("-")
    label = f"{found + 1}. {words.say(SECTIONS[found][1])}"
    return f"{label} ({int(parts[1]) + 1})" if parts[0] in LISTS and len(parts) > 1 else label


def _picture(asked: Asked, places: Places, words: Words) -> dict[str, Any] | None:
    code = asked.typed.get("spot-view", "")
    shown = picture.view(places, code if code in places.by_code else COUNTRY)
    if shown is None:
        return None
    drawn = picture.svg(places, shown, _mark(asked.typed, places))
    district = places.by_code[shown.code].level is PlaceLevel.DISTRICT
    advice = asked.advice or (
        _("Toque el lugar donde pasó.") if district else _("Toque el mapa para acercarse.")
    )
    return {
        "open": asked.map_open,
        "advice": words.say(advice),
        "address": "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode(),
        "width": picture.WIDTH,
        "height": picture.HEIGHT,
        "alt": words.say(_("Mapa para señalar el lugar")),
    }


def _mark(typed: Typed, places: Places) -> tuple[float, float] | None:
    system = spots.BY_CODE.get(typed.get("spot-system", ""))
    first, second = typed.get("spot-first", ""), typed.get("spot-second", "")
    if system is None or not (first and second):
        return None
    point = spots.pointed(places, system, first, second, Faults())
    return None if point is None else (point.lon, point.lat)


def _people(typed: Typed, known: Known, desk: Desk) -> Iterator[dict[str, Any]]:
    reader = Reader(desk.words(), desk.vocabulary, known.places, {})
    for prefix in rows(typed, "acts"):
        reference = typed.get(f"{prefix}reference", "")
        found = known.subjects.get(reference) if typed.get(f"{prefix}id") else None
        told = [(label, text) for label, text in lines(found.content, reader)] if found else []
        yield {
            "prefix": prefix,
            "reference": reference if found else "",
            "known": "; ".join(f"{label}: {text}" for label, text in told[:3]),
            "address": url_for("subjects_edit", subject=found.id) if found else "",
            "groups_open": any(
                typed.get(f"{prefix}group-{code}", "") in ("yes", "no")
                for code in known.vocabulary.groups
            ),
        }


def _measures(typed: Typed, known: Known, words: Words) -> Iterator[dict[str, Any]]:
    kept = {} if known.stored is None else {one.id: one for one in known.stored.interventions}
    people = [typed.get(f"{p}reference") or typed.get(f"{p}fresh", "") for p in rows(typed, "acts")]
    for prefix in rows(typed, "measures"):
        row = kept.get(typed.get(f"{prefix}id", ""))
        before = row.content if row else Intervention()
        lists = known.vocabulary
        yield {
            "prefix": prefix,
            "whom": [(one, one) for one in dict.fromkeys(people) if one],
            "steps": [step(one, lists.measure_steps, words) for one in before.steps],
            "case_steps": [step(one, lists.case_steps, words) for one in before.case_steps],
        }


def _communities(typed: Typed, known: Known) -> Iterator[dict[str, str]]:
    for prefix in rows(typed, "communities"):
        found = known.communities.get(typed.get(f"{prefix}reference", ""))
        yield {"prefix": prefix, "known": found.content.name if found else ""}
