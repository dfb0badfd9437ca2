"""An overlap in plain words: what it is, how much, since when, how sure, and what one can do."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from geo import naming
from geo.release.facets import PRIORITIES
from geo.terms import PAIRS, Answer, OverlapClass
from geo.words import Words, said
from webmap.public import charted, facts, layers, next_steps, overlap_words
from webmap.public.ages import age, calendar
from webmap.public.edition import Edition, Row, records
from webmap.public.given import Given

MOST_LINES = 50
"""How many overlaps stand on a page that is not theirs; the rest is in the tables."""


def register(app: Flask, given: Given) -> None:
    """Adds the page of an overlap. Raises DeclarationError where the steps cannot be read."""
    steps = next_steps.read_steps(given.data_folder)
    today = calendar(given.data_folder, given.now)

    @app.get("/<language:language>/superposicion/<pair_id>")
    def overlap_page(pair_id: str) -> ResponseReturnValue:
        now, spoken = given.edition(), given.words()
        number = numbers(now).get(pair_id)
        if number is None:
            abort(404)
        pair = records(now.overlaps.iloc[[number]])[0]
        right = now.rights[pair["concession_key"]]
        land = now.lands[pair["territory_key"]]
        answers = now.answers([pair])[0]
        day = today()
        return render_template(
            "overlap.html",
            id=pair_id,
            shares=pair["overlap_class"] in PAIRS,
            indeterminate=pair["overlap_class"] == OverlapClass.INDETERMINATE,
            right=_right(right, now, spoken),
            land=facts.territory(land, now, spoken),
            how_much=overlap_words.how_much(pair, spoken),
            events=overlap_words.events(right, land, spoken),
            first=overlap_words.what_came_first(str(charted.orders(now).iat[number]), land, spoken),
            how_sure=overlap_words.how_sure(pair, right, land, spoken),
            difference=facts.difference(land, spoken),
            ages=[
                (
                    naming.source_title(row, now.sources, spoken),
                    naming.day(row["as_of"], spoken),
                    old,
                )
                for row in (right, land)
                for old in [age(row["as_of"], day, spoken)]
            ],
            yes=_answered(answers, Answer.YES, now, spoken),
            unknown=_answered(answers, Answer.UNKNOWN, now, spoken),
            no=_answered(answers, Answer.NO, now, spoken),
            steps=next_steps.told(steps, right, land, pair, answers, day, spoken),
            reviewed=next_steps.in_language(steps.reviewed, spoken),
            map_state={"derecho": right["key"], "territorio": land["key"]},
            cases=[
                {"id": case["id"], "title": naming.told(case, "title", spoken)}
                for case in now.cases_of(land["key"])
            ],
        )


def numbers(edition: Edition) -> Mapping[str, int]:
    """The number of each overlap's row, by the id that its address has."""
    return edition.once(
        ("overlap numbers",),
        lambda: {str(one): place for place, one in enumerate(edition.pairs["id"])},
    )


def address(pair_id: str) -> str:
    """The page of an overlap."""
    return url_for("overlap_page", pair_id=pair_id)


def most_urgent(edition: Edition, rows: Iterable[int], spoken: Words) -> list[Row]:
    """The first MOST_LINES of some overlaps that share land, by priority and then by hectares."""
    chosen = edition.pairs.iloc[list(rows)]
    sharing = chosen[chosen["overlap_class"].isin(PAIRS)]
    order = sharing.sort_values(["priority", "area_ha", "id"], ascending=[False, False, True])
    return lines(edition, order.index[:MOST_LINES], spoken)


def lines(edition: Edition, wanted: Iterable[int], spoken: Words) -> list[Row]:
    """Overlaps as lines of a list. wanted: row numbers."""
    places = list(wanted)
    pairs = records(edition.overlaps.iloc[places])
    found = records(edition.pairs.iloc[places], ["id", "priority"])
    return [_line(pair, one, edition, spoken) for pair, one in zip(pairs, found, strict=True)]


def _line(pair: Row, found: Row, edition: Edition, spoken: Words) -> Row:
    right = edition.rights.get(pair["concession_key"], {})
    land = edition.lands.get(pair["territory_key"], {})
    shares = pair["overlap_class"] in PAIRS
    priority = PRIORITIES[found["priority"]]
    return {
        "url": address(found["id"]),
        "code": said(right.get("native_id")),
        "right": naming.name(right, spoken),
        "kind": naming.label_of_kind(right, spoken),
        "status": naming.label_of_status(right, spoken),
        "territory": naming.name(land, spoken),
        "part": said(land.get("part")),
        "called": naming.called(land, edition.sources, spoken),
        "territory_url": layers.address_of_territory(spoken.language, pair["territory_key"]),
        "area": naming.hectares(pair["area_ha"], spoken) if shares else "—",
        "interval": naming.interval(pair, spoken) if shares else "—",
        "class_label": naming.overlap_class(pair["overlap_class"], spoken),
        "priority": naming.severity(priority, spoken) if priority else "—",
    }


def _right(row: Row, edition: Edition, spoken: Words) -> dict[str, Any]:
    return {
        "key": row["key"],
        "url": url_for("right_page", key=row["key"]),
        "name": naming.name(row, spoken),
        "code": said(row["native_id"]),
        "kind": naming.label_of_kind(row, spoken),
        "status": naming.label_of_status(row, spoken),
        "source": naming.source_title(row, edition.sources, spoken),
        "as_of": naming.day(row["as_of"], spoken),
    }


def _answered(
    answers: list[Row], answer: Answer, edition: Edition, spoken: Words
) -> list[dict[str, str]]:
    return [
        {
            "code": said(one["code"]),
            "question": naming.told(edition.questions.get(one["code"], {}), "question", spoken),
            "text": naming.sentence(one, spoken),
            "priority": naming.severity(one["severity"], spoken),
        }
        for one in answers
        if one["answer"] == answer.value
    ]
