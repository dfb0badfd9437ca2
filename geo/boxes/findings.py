"""What a risk report says: a sentence with its values, and whether it keeps the boxes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.words import Words


class Weight(StrEnum):
    BLOCK = "block"  # nothing goes out while it is so
    LOOK = "look"  # somebody decides


@dataclass(frozen=True)
class Finding:
    """One thing to know. text: a message id of the catalogue; values: what stands in its braces."""

    weight: Weight
    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, words: Words) -> str:
        """The sentence in a language."""
        return words.say(self.text, **self.values)
