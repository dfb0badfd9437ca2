"""A form as its page shows it: what was typed, what is wrong, where the cursor stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.words import Words
from webmap.desk.typed import Faults, Typed


@dataclass(frozen=True)
class Form:
    """What the macros of templates/desk/_fields.html ask.

    faults: sentence by field. focus: the field that takes the cursor, "" for none. labels: what a
    field is called, for the list of faults on top.
    """

    typed: Typed
    faults: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed, "" where nothing was."""
        return self.typed.get(name, "")

    def values(self, name: str) -> list[str]:
        """Everything that was marked under one name."""
        return self.typed.getlist(name)


def form(typed: Typed, faults: Faults, words: Words, focus: str = "") -> Form:
    """A form in the reader's language."""
    return Form(typed, {name: fault.said(words) for name, fault in faults.items()}, focus)
