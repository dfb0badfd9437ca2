"""What somebody typed into a form: cleaned, never judged here, and kept until it is right.

A form is one mapping of names to texts on the way in and on the way out, so that a page that
comes back with a fault shows exactly what was typed. Rows of one kind are named
`<list>-<number>-<field>`, and `<list>` itself says how many rows there are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from geo.dates import parse
from geo.errors import DateUnreadable
from geo.register import texts
from geo.words import Words, _

Typed = MultiDict[str, str]

MOST_ROWS = 40
SHORT, LONG = 300, 40_000
"""The most letters of a line and of a long text."""

_DIGITS = re.compile(r"[0-9]{1,4}\Z")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, and what to do: a message id and the words that fill it."""

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self, words: Words) -> str:
        """The sentence in the reader's language."""
        shown = {name: words.say(value) for name, value in self.values.items()}
        return words.say(self.sentence, **shown)


class Faults(dict[str, Fault]):
    """Faults by the name of their field, in the order in which the page asks for them."""

    def add(self, name: str, sentence: str, /, **values: str) -> None:
        """Notes a fault; the first of a field is the one that is told."""
        self.setdefault(name, Fault(sentence, values))


def cleaned(form: MultiDict[str, str]) -> Typed:
    """What was sent, without characters that nobody sees, ends trimmed, in Unicode's form NFC."""
    return MultiDict([(name, texts.cleaned(said).strip()) for name, said in form.items(multi=True)])


def rows(typed: Typed, name: str) -> tuple[str, ...]:
    """The prefixes of the rows of one kind, `acts-0-`, `acts-1-`, …; never more than MOST_ROWS."""
    return tuple(f"{name}-{number}-" for number in range(count(typed, name)))


def count(typed: Typed, name: str) -> int:
    """How many rows of one kind the form holds."""
    said = typed.get(name, "")
    return min(int(said), MOST_ROWS) if _DIGITS.match(said) else 0


def with_row(typed: Typed, name: str) -> Typed:
    """The same form with one more, empty row."""
    made: Typed = MultiDict(typed)
    made[name] = str(min(count(typed, name) + 1, MOST_ROWS))
    return made


def line(typed: Typed, name: str, faults: Faults, most: int = SHORT) -> str:
    """A text of one line."""
    return _short_enough(" ".join(typed.get(name, "").split()), name, faults, most)


def text(typed: Typed, name: str, faults: Faults) -> str:
    """A long text, with its paragraphs."""
    return _short_enough(typed.get(name, ""), name, faults, LONG)


def _short_enough(said: str, name: str, faults: Faults, most: int) -> str:
    if len(said) > most:
        faults.add(
            name,
            _("El texto es muy largo: tiene {n} letras y caben {most}. Escríbalo más corto."),
            n=f"{len(said):,}",
            most=f"{most:,}",
        )
    return said


def number(said: str) -> int:
    """The number of a page; 1 where it is none."""
    return int(said[:6]) if said.isascii() and said.isdigit() else 1


def one_of(typed: Typed, name: str, allowed: Mapping[str, object], faults: Faults) -> str:
    """A code of a list, "" where nothing was chosen."""
    said = typed.get(name, "")
    if said and said not in allowed:
        faults.add(name, _("Esa respuesta no está en la lista. Elija una de la lista."))
        return ""
    return said


def some_of(
    typed: Typed, name: str, allowed: Mapping[str, object], faults: Faults
) -> tuple[str, ...]:
    """Codes of a list, each once, in the list's own order."""
    said = set(typed.getlist(name))
    if said - set(allowed):
        faults.add(name, _("Esa respuesta no está en la lista. Elija una de la lista."))
    return tuple(code for code in allowed if code in said)


def date(typed: Typed, name: str, faults: Faults) -> str:
    """A partial date from its three fields: what is blank was not known, and is not guessed."""
    year, month, day = (typed.get(f"{name}-{part}", "") for part in ("year", "month", "day"))
    if not (year or month or day):
        return ""
    if not year:
        faults.add(name, _("Falta el año. Si no se sabe el año, deje la fecha vacía."))
    elif not month and day:
        faults.add(name, _("Falta el mes. Si no se sabe el mes, deje vacío también el día."))
    elif not all(_DIGITS.match(part) for part in (year, month, day) if part) or len(year) != 4:
        faults.add(
            name, _("Escriba la fecha con números, y el año con cuatro: por ejemplo 30, 6, 2011.")
        )
    else:
        try:
            return parse("-".join([year, *(part.zfill(2) for part in (month, day) if part)]))
        except DateUnreadable:
            faults.add(name, _("Ese día no existe en el calendario. Revise el día y el mes."))
    return ""


def fill_date(typed: Typed, name: str, partial: str) -> None:
    """Writes a partial date into its three fields."""
    parts = partial.split("-") if partial else []
    for part, said in zip(("year", "month", "day"), parts + [""] * (3 - len(parts)), strict=True):
        typed[f"{name}-{part}"] = said
