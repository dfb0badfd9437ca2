"""What one can do about an overlap, as its page says it: each step, where, by when, on what."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from geo import home, naming
from geo.errors import DeclarationError
from geo.nextsteps import DATES, Overlap, Step, Steps, Told, belonging, not_before, parse_steps
from geo.terms import Answer, Sure
from geo.words import Words
from webmap.public.edition import Row

_FILE = "peru.toml"


def read_steps(data: Path) -> Steps:
    """The steps of `data`. Raises DeclarationError."""
    return parse_steps(dict(home.read_texts(data / "next-steps"))[_FILE], f"next-steps/{_FILE}")


def told(
    steps: Steps,
    right: Row,
    land: Row,
    pair: Row,
    answers: Sequence[Row],
    today: date,
    spoken: Words,
) -> list[dict[str, Any]]:
    """The steps that belong to one overlap, those with a term first."""
    found = belonging(steps, _looked_at(right, land, pair, answers))
    dates = {name: (land if name == "titled_on" else right).get(name) for name in DATES}
    ordered = sorted(found, key=lambda step: step.by is None)
    return [_step(step, dates, today, spoken) for step in ordered]


def named(steps: Steps, wanted: str) -> Step:
    """The step with this id. Raises DeclarationError where the file has none."""
    for step in steps.step:
        if step.id == wanted:
            return step
    raise DeclarationError(f"Falta el paso «{wanted}» en «next-steps/{_FILE}»: agréguelo.")


def shown(step: Step, spoken: Words) -> dict[str, Any]:
    """A step apart from any overlap: no term of it is counted."""
    return _step(step, {}, date.max, spoken) | {"counted": ""}


def in_language(text: Told, spoken: Words) -> str:
    """A text of the file, in Spanish where the language is not one of its two."""
    return text.en if spoken.language == "en" else text.es


def _looked_at(right: Row, land: Row, pair: Row, answers: Sequence[Row]) -> Overlap:
    by = {
        answer: frozenset(one["code"] for one in answers if one["answer"] == answer.value)
        for answer in Answer
    }
    missing = ";".join(
        one["missing"] or "" for one in answers if one["answer"] == Answer.UNKNOWN.value
    )
    return Overlap(
        kind=naming.kind(right),
        status=naming.status(right),
        overlap_class=pair["overlap_class"],
        tenure=naming.tenure(land),
        yes=by[Answer.YES],
        unknown=by[Answer.UNKNOWN],
        missing=frozenset(word.strip() for word in missing.split(";")) - {""},
    )


def _step(
    step: Step, dates: Mapping[str, str | None], today: date, spoken: Words
) -> dict[str, Any]:
    return {
        "id": step.id,
        "what": in_language(step.what, spoken),
        "where": in_language(step.where, spoken),
        "by": in_language(Told(step.by.es, step.by.en), spoken) if step.by else "",
        "counted": _counted(step, dates, today, spoken),
        "basis": [
            {
                "text": one.text,
                "sure": naming.label(Sure, one.sure, spoken),
                "confirm": one.sure not in (Sure.FOUND, Sure.COMPUTED),
            }
            for one in step.basis
        ],
        "confirm": step.to_be_confirmed,
    }


def _counted(step: Step, dates: Mapping[str, str | None], today: date, spoken: Words) -> str:
    if step.by is None or step.by.runs_from is None:
        return ""
    day = not_before(step.by, dates)
    if day is None:
        return spoken.say("No tenemos la fecha del derecho, así que no se puede contar el plazo.")
    values = {
        "day": spoken.date(day.isoformat()),
        "on": spoken.date(dates[step.by.runs_from]),
    }
    if day >= today:
        return spoken.say(
            "Contado desde el {on}, el plazo no termina antes del {day}. Pregunte ya desde qué día "
            "se cuenta.",
            **values,
        )
    return spoken.say(
        "Contado desde el {on}, el plazo no terminó antes del {day}. Si la notificación o la "
        "publicación fue más tarde, termina más tarde: pregunte desde qué día se cuenta.",
        **values,
    )
