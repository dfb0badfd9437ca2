"""Words of a source in our closed lists. A word that nobody declared stays as it is, beside it."""

import re
from collections.abc import Mapping
from enum import StrEnum

import pandas as pd

from geo.answers import folded
from geo.normalise.setting import Rows, Setting, gathered, say
from geo.terms import Deed, Kind, Noun, Status
from geo.words import _

STEP = "status"

_CODE = re.compile(r"^\s*(\d+)\.0+\s*$")


def closed(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`status` and `kind` of concessions; a word outside the source's list is unknown, and said.

    Where a list of fields was declared, the first field whose word is known decides.
    """
    if setting.source.noun is not Noun.CONCESSION:
        return rows, gathered()
    status, odd_status = in_list(rows, "status", setting.source.status, Status.UNKNOWN)
    kind, odd_kind = in_list(rows, "kind", setting.source.kind, Kind.AREA)
    said = [
        say(
            Deed.NOTED,
            STEP,
            setting,
            odd.index[odd],
            _("La palabra de la fuente no está en la lista de su declaración."),
            field=field,
            before=rows.get(field, ""),
        )
        for field, odd in (("status_raw", odd_status), ("kind_raw", odd_kind))
    ]
    return rows.assign(status=status, kind=kind), gathered(*said)


def in_list(
    rows: Rows, name: str, words: Mapping[str, StrEnum], otherwise: StrEnum
) -> tuple[pd.Series, pd.Series]:
    """A closed column from the words of its fields, and which rows have a word nobody declared.

    Words are compared without capitals, accents and doubled spaces. A constant of the source
    holds where no field has a word.
    """
    by_word = {plain(word): value.value for word, value in words.items()}
    found = pd.Series(pd.NA, index=rows.index, dtype="string")
    worded = pd.Series(False, index=rows.index)
    for column in _fields(rows, name):
        told = rows[column].map(plain, na_action="ignore")
        found = found.fillna(told.map(by_word, na_action="ignore").astype("string"))
        worded |= rows[column].notna()
    odd = worded & found.isna()
    if name in rows:
        constant = rows[name].astype("string")
        found = found.fillna(constant.where(constant.isin([v.value for v in type(otherwise)])))
    return found.fillna(otherwise.value), odd


def plain(word: str) -> str:
    """A word without capitals, accents and doubled spaces; the code 5.0 is the code 5."""
    return folded(_CODE.sub(r"\1", word))


def _fields(rows: Rows, name: str) -> list[str]:
    return sorted(
        (str(c) for c in rows.columns if str(c).startswith(f"{name}_raw@")),
        key=lambda c: int(c.partition("@")[2]),
    )
