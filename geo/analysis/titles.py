"""The sentence of TIT-TIT: two titled polygons of different communities on each other."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.analysis.rulebook import RuleBook
from geo.analysis.sentences import Speaker
from geo.words import Words

CODE = "TIT-TIT"


def say_titles(
    between: pd.DataFrame, rulebook: RuleBook, languages: Mapping[str, Words]
) -> pd.DataFrame:
    """The table of `between` with `code`, `severity`, `es`, `en` and `rules` at its end.

    Every row of it is a yes: it holds the pairs that share an area, and no others.
    """
    text = rulebook.text(CODE)
    nothing = np.full(len(between), "", dtype=object)
    spoken = {
        language: Speaker(rulebook, languages.get(language) or Words(language, {})).sentences(
            text.sentences["yes", language], between, nothing
        )
        for language in ("es", "en")
    }
    said = {"code": CODE, "severity": text.severity.value, **spoken, "rules": rulebook.version}
    made = between.assign(**said)
    return made.astype(dict.fromkeys(said, "string"))
