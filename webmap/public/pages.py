"""The pages that people read. Each begins with what it shows and what it does not show."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo import naming
from geo.cases import KIND_LABELS, CaseKind, ListStatus
from geo.release.tiles import cells
from geo.schema.labels import LABELS
from geo.terms import Severity, Sure, Tenure
from geo.words import Words, _, said
from webmap import looks
from webmap.public import ages, areas, charted, context, facts, ground, layers, overlap, tables
from webmap.public.edition import Edition, Row
from webmap.public.given import Given

_WORD = re.compile(r"\{(\w+)\}")
_OWN = _("propuesta de Deslinde")  # as data/rules says of a rule that no document gives
# four digits alone may be a year; what begins with a zero is a code
_FIGURE = re.compile(r"(?![0-9]{4}\Z)(?:0|[1-9][0-9]*)(?:\.([0-9]+))?\Z")
_LIST_STATUS = {
    ListStatus.AVAILABLE: _("La lista de códigos está disponible."),
    ListStatus.PARTIAL: _("Solo una parte de la lista de códigos está disponible."),
    ListStatus.NOT_AVAILABLE: _(
        "La lista de códigos no está disponible: no se afirma de ningún derecho que esté "
        "comprendido."
    ),
}


def register(app: Flask, given: Given) -> None:
    """Adds the pages. Every one is read from the release that is current when it is asked for."""
    edition, words, outlines = given.edition, given.words, given.outlines
    around = context.read_context(given.data_folder)
    today = ages.calendar(given.data_folder, given.now)

    def page(template: str, **shown: Any) -> str:
        edition()
        return render_template(template, **shown)

    @app.get("/<language:language>/territorios")
    def territories_page() -> ResponseReturnValue:
        rows = facts.list_of_territories(edition(), words())
        wanted = tables.asked(request.args, tables.TERRITORIES, "derechos", ("q", "tenencia"))
        kept = [
            row
            for row in rows
            if wanted.chosen["tenencia"] in ("", row["tenure"])
            and all(
                word in f"{row['name']} {row['place']} {row['key']}".casefold()
                for word in wanted.chosen["q"].casefold().split()
            )
        ]
        there = {row["tenure"] for row in rows}
        tenures = [(t.value, LABELS[Tenure][t]) for t in Tenure if t.value in there]
        return page(
            "territories.html",
            table=tables.show(rows, tables.TERRITORIES, wanted, kept),
            headings=tables.TERRITORIES,
            tenures=tenures,
        )

    @app.get("/<language:language>/territorio/<path:key>")
    def territory_page(key: str) -> ResponseReturnValue:
        now, spoken = edition(), words()
        row = now.lands.get(key)
        if row is None:
            abort(404)
        rows = tables.of_territory(now, key, spoken)
        wanted = tables.asked(
            request.args, tables.OVERLAPS, "area", ("q", "tipo", "estado", "clase", "alerta")
        )
        shown = tables.show(rows, tables.OVERLAPS, wanted, tables.filtered(rows, wanted))
        rights = [now.rights.get(one["key"], {}) for one in rows]
        source_ids = [row["source_id"], *(one.get("source_id") for one in rights)]
        places = areas.of_territory(now, key, outlines)
        return page(
            "territory.html",
            row=row,
            key=key,
            name=naming.name(row, spoken),
            called=naming.called(row, now.sources, spoken),
            tenure=naming.label(Tenure, naming.tenure(row), spoken),
            look=looks.of_territory(row),
            place=facts.place(row),
            dates=facts.dates(row, spoken),
            areas=facts.areas(row, spoken),
            difference=facts.difference(row, spoken),
            error=_metres(row["error_m"], spoken),
            totals=facts.totals(now, key, spoken),
            pairs=now.pair_counts.get(key, 0),
            table=shown,
            headings=tables.OVERLAPS,
            choices=tables.choices(rows, now, spoken),
            unknown=facts.unknown_of(row, rows, spoken),
            open=facts.open_of(now, rows, spoken),
            neighbours=facts.neighbours(now, key, spoken),
            charts=now.once(
                ("charts", "territory", key, spoken.language),
                lambda: charted.of_pairs(now, now.overlap_rows_on([key]), spoken),
            ),
            places=places,
            around=context.told(context.of_areas(around, places[-1:]), spoken),
            cases=[_case_line(case, spoken) for case in now.cases_of(key)],
            sources=facts.sources_of(now, source_ids, spoken),
            map_link=url_for("map_page"),
        )

    @app.get("/<language:language>/casos")
    def cases_page() -> ResponseReturnValue:
        cases = sorted(edition().cases.values(), key=lambda case: str(case["id"]))
        return page("cases.html", cases=[_case_line(case, words()) for case in cases])

    @app.get("/<language:language>/caso/<case_id>")
    def case_page(case_id: str) -> ResponseReturnValue:
        now, spoken = edition(), words()
        case = now.cases.get(case_id)
        if case is None:
            abort(404)
        there = [key for key in case["territories"] if key in now.lands]
        rows = now.overlap_rows_on(there)
        return page(
            "case.html",
            case=_case(case, now, spoken),
            charts=now.once(
                ("charts", "case", case_id, spoken.language),
                lambda: charted.of_pairs(now, rows, spoken),
            ),
            pairs=overlap.most_urgent(now, rows, spoken),
            pairs_total=len(rows),
        )

    @app.get("/<language:language>/metodo")
    def method_page() -> ResponseReturnValue:
        now = edition()
        return page(
            "method.html",
            summary=now.summary,
            versions=now.release.said["versions"],
            squares=cells.MEANING,
        )

    @app.get("/<language:language>/reglas")
    def rules_page() -> ResponseReturnValue:
        now, spoken = edition(), words()
        counts = {one["code"]: one for one in facts.open_questions(now, spoken)}
        return page(
            "rules.html",
            rules=[
                _rule(rule, counts.get(rule["code"]), now.rules, spoken)
                for rule in now.rules["rule"]
            ],
            waiting=[
                {"code": said(one["code"]), "text": naming.sentence(one, spoken)}
                for one in now.rules.get("waiting", ())
            ],
            constants=[
                {
                    "value": spoken.date(one["value"]),
                    "text": naming.sentence(one, spoken),
                    "source": said(one["source"]),
                    "sure": naming.label(Sure, one["sure"], spoken),
                }
                for one in now.rules.get("constants", {}).values()
            ],
            version=now.rules["version"],
        )

    @app.get("/<language:language>/fuentes")
    def sources_page() -> ResponseReturnValue:
        now, spoken = edition(), words()
        brought = [
            {
                "name": said(one["name"]),
                "sha256": one["sha256"],
                "as_of": naming.day(one["as_of"], spoken),
            }
            for one in now.release.said["inputs"]
            if one["kind"] == "facts"
        ]
        return page(
            "sources.html",
            sources=[facts.source(one, now, spoken) for one in now.sources.values()],
            ages=ages.of_sources(now, today(), spoken),
            today=spoken.date(today().isoformat()),
            brought=brought,
            ground=ground.thanked(now, spoken),
            manifest=url_for("manifest_data", release=now.id),
        )

    @app.get("/<language:language>/desconocido")
    def unknown_page() -> ResponseReturnValue:
        now, spoken = edition(), words()
        return page(
            "unknown.html",
            counts=facts.unknowns(now, spoken),
            questions=facts.open_questions(now, spoken),
        )


def _metres(value: float | None, spoken: Words) -> str:
    return spoken.say("no conocido") if value is None else f"{spoken.number(float(value), 1)} m"


def _case_line(case: Row, spoken: Words) -> Row:
    return {
        "id": case["id"],
        "title": naming.told(case, "title", spoken),
        "place": said(case["place"]),
        "kinds": [spoken.say(KIND_LABELS[CaseKind(kind)]) for kind in case["kinds"]],
        "facts": len(case["fact"]),
        "tied": bool(case["territories"]),
    }


def _case(case: Row, now: Edition, spoken: Words) -> Row:
    dated = sorted(case["fact"], key=lambda fact: (fact["on"] is None, fact["on"] or ""))
    territories = [row for key in case["territories"] if (row := now.lands.get(key))]
    return {
        **_case_line(case, spoken),
        "facts": [
            {
                "on": spoken.date(fact["on"]) if fact["on"] else spoken.say("sin fecha"),
                "text": naming.sentence(fact, spoken),
                "source": said(fact["source"]),
                "confirm": fact["to_be_confirmed"],
                "quote": fact["quote"],
            }
            for fact in dated
        ],
        "differ": [_differ(one, spoken) for one in case["differ"]],
        "spans": [
            {
                "text": naming.sentence(span, spoken),
                "long": _long(span["years"], span["months"], spoken),
                "from_on": spoken.date(span["from_on"]),
                "to_on": spoken.date(span["to_on"]),
            }
            for span in case["span"]
        ],
        "unknown": [naming.sentence(one, spoken) for one in case["unknown"]],
        "withheld": naming.sentence(case["withheld"], spoken) if case["withheld"] else "",
        "documents": [said(one) for one in case["documents"]],
        "judgments": [
            _judgment(now.judgments[one], spoken)
            for one in case["judgments"]
            if one in now.judgments
        ],
        "territories": [
            {
                "name": naming.name(row, spoken),
                "part": said(row["part"]),
                "called": naming.called(row, now.sources, spoken),
                "url": layers.address_of_territory(spoken.language, row["key"]),
                "illustrative": bool(row["illustrative"]),
            }
            for row in territories
        ],
    }


def _differ(one: Row, spoken: Words) -> Row:
    return {
        "text": naming.sentence(one, spoken),
        "voices": [_voice(voice, spoken) for voice in one["voices"]],
    }


def _long(years: int, months: int, spoken: Words) -> str:
    """A length of time in whole years and months, as people say it."""
    told = []
    if years:
        told.append(spoken.say("1 año") if years == 1 else spoken.say("{n} años", n=years))
    if months:
        told.append(spoken.say("1 mes") if months == 1 else spoken.say("{n} meses", n=months))
    if len(told) == 2:
        return spoken.say("{years} y {months}", years=told[0], months=told[1])
    return told[0] if told else spoken.say("menos de un mes")


def _voice(voice: Row, spoken: Words) -> Row:
    return {
        "value": _figure(naming.told(voice, "value", spoken), spoken),
        "source": said(voice["source"]),
        "confirm": voice["sure"] not in (Sure.FOUND, Sure.COMPUTED),
    }


def _figure(value: str, spoken: Words) -> str:
    """What a source says; a bare number is written as all numbers of the site are."""
    found = _FIGURE.match(value)
    return spoken.number(float(value), len(found[1] or "")) if found else value


def _judgment(judgment: Row, spoken: Words) -> Row:
    english = spoken.language != "es"
    return {
        "court": naming.told(judgment, "court", spoken),
        "file": said(judgment["file"]),
        "decided_on": spoken.date(judgment["decided_on"]),
        "orders": [said(one) for one in judgment["orders_en" if english else "orders"]],
        "final": spoken.date(judgment["final"]) if judgment["final"] else "",
        "final_why": naming.told(judgment, "final_why", spoken),
        "list": spoken.say(_LIST_STATUS[ListStatus(judgment["list_status"])]),
        "listed": [said(one) for one in judgment["listed"]],
        "counts": [_voice(voice, spoken) for voice in judgment["counts"]],
        "plot_counts": [_voice(voice, spoken) for voice in judgment["plot_counts"]],
        "documents": [said(one) for one in judgment["documents"]],
    }


def _rule(rule: Row, counts: Row | None, book: Mapping[str, Any], spoken: Words) -> Row:
    return {
        "code": said(rule["code"]),
        "question": naming.told(rule, "question", spoken),
        "severity": naming.label(Severity, rule["severity"], spoken),
        "yes": _with_labels(naming.sentence(rule, spoken), book, spoken),
        "unknown": _with_labels(
            said(rule.get(f"unknown_{spoken.language}") or rule.get("unknown_es")), book, spoken
        ),
        "unknown_code": said(rule.get("unknown_code")),
        "basis": [spoken.say(_OWN) if one == _OWN else said(one) for one in rule["basis"]],
        "sure": naming.label(Sure, rule["sure"], spoken),
        "counts": counts,
    }


def _with_labels(sentence: str, book: Mapping[str, Any], spoken: Words) -> str:
    """A rule's sentence with the label of each {word} in brackets, and the dates of the law."""
    labels = {one["name"]: f"[{naming.sentence(one, spoken)}]" for one in book.get("word", ())}
    constants = book.get("constants", {})
    labels |= {name: spoken.date(one["value"]) for name, one in constants.items()}
    return _WORD.sub(lambda found: labels.get(found[1], f"[{found[1]}]"), sentence)
