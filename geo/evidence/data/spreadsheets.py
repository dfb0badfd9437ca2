"""CSV that a spreadsheet opens as it was meant: no formula, no lost zero, no invented day.

A text that a spreadsheet would run, or would take for a number, a date or an answer, gets an
apostrophe in front, and so does one that begins with an apostrophe: whoever takes away the first
has the text. Every cell is quoted, so that a cell stays one cell whatever stands in it.
"""

import csv
import io
import re
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype

from geo.evidence.wishes import Separator
from geo.release.export import no_formula
from geo.schema.columns import COUNT, NUMBER, Column
from geo.terms import (
    Answer,
    CrsBasis,
    Deed,
    GridDatum,
    HolderKind,
    Kind,
    OverlapClass,
    Status,
    Tenure,
    Tier,
)
from geo.tolerance import POLYGON_PER_SOURCE, TITLED
from geo.words import Words, _, clean

LONGEST = 32_767
"""The characters that a cell of a spreadsheet holds."""

TERMS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "status": Status,
    "holder_kind": HolderKind,
    "tenure": Tenure,
    "tier": Tier,
    "crs_basis": CrsBasis,
    "grid_datum": GridDatum,
    "overlap_class": OverlapClass,
    "answer": Answer,
    "deed": Deed,
}
"""Columns whose words are of a closed list."""

_ALSO: dict[str, dict[str, str]] = {
    "kind": {"all": _("todos")},
    "status": {"all": _("todos")},
    "called": {
        TITLED: _("territorio titulado"),
        POLYGON_PER_SOURCE: _("polígono según la fuente"),
    },
    "consultation_search": {"found": _("consta"), "not found": _("no consta")},
}

_DECIMALS = 6
"""A hundredth of a square metre, a micrometre: less than any figure here is worth."""

_CUT = _("… (cortado: el texto entero está en datos.gpkg)")
_SEPARATORS = {Separator.COMMA: ",", Separator.SEMICOLON: ";"}

_MONTH = (
    "ene|feb|mar|abr|may|jun|jul|ago|set|sep|oct|nov|dic|jan|apr|aug|dec|enero|febrero|marzo|abril|"
    "mayo|junio|julio|agosto|setiembre|septiembre|octubre|noviembre|diciembre|january|february|"
    "march|april|june|july|august|september|sept|october|november|december"
)
# figures and their signs: a number, a date, an hour, a fraction, 1E5. Every part is bounded or
# has one way to match, so that no text takes long
_FIGURES = re.compile(
    r"[\d.,:;/\\\-–+()%$€£'’ \u00a0\u202f]+(?:e[+-]?\d+)?(?:[ap]\.?\s?m\.?)?\Z", re.IGNORECASE
)
_DAYS = re.compile(
    rf"(?:\d{{1,4}}[\s./-]{{0,3}})?(?:de )?(?:{_MONTH})\.?"
    r"(?:[\s./,-]{0,3}(?:del? )?\d{1,4}){0,2}\Z",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_ANSWERS = frozenset({"true", "false", "verdadero", "falso"})
_WHOLE_DAY = re.compile(r"\d{4}(?:-\d{2}-\d{2})?\Z")


def sheet(
    table: pd.DataFrame,
    columns: Sequence[Column],
    separator: Separator,
    spoken: Words,
    *,
    headed: bool = True,
) -> bytes:
    """A table as CSV in UTF-8 with a mark; headings are labels with their units.

    headed: False gives the rows alone, to go on with a large table.

    table: has every one of `columns`. Words of closed lists are said in the language; numbers
    have up to six decimals and no thousands, and with `;` a decimal comma; a missing value is an
    empty cell.
    """
    texts = {column.name: cells(table[column.name], column, spoken) for column in columns}
    comma = separator is Separator.SEMICOLON
    safe = {
        column.name: (
            texts[column.name].str.replace(".", ",", regex=False)
            if comma and column.dtype == NUMBER
            else texts[column.name]
            if column.dtype in (NUMBER, COUNT)
            else protected(texts[column.name], _is_date(column), spoken.say(_CUT))
        )
        for column in columns
    }
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer, delimiter=_SEPARATORS[separator], quoting=csv.QUOTE_ALL, lineterminator="\n"
    )
    if headed:
        writer.writerow([heading(column, spoken) for column in columns])
    # a column of pandas' texts gives them back one by one, slowly
    listed = (safe[column.name].to_numpy(dtype=object) for column in columns)
    writer.writerows(zip(*listed, strict=True))
    return buffer.getvalue().encode("utf-8-sig" if headed else "utf-8")


def heading(column: Column, spoken: Words) -> str:
    """What stands over a column: its label, and its unit."""
    label = spoken.say(column.label)
    return f"{label} ({column.unit})" if column.unit else label


def cells(values: pd.Series, column: Column, spoken: Words) -> pd.Series:
    """The values of a column as texts that people read, "" where there is none."""
    if column.dtype in (NUMBER, COUNT):
        numbers = values.astype(pandas_dtype(column.dtype))
        return pd.Series(
            ["" if pd.isna(one) else _figure(one) for one in numbers],
            index=values.index,
            dtype="string",
        )
    if pd.api.types.is_bool_dtype(values.dtype):
        said = {True: spoken.say(_("sí")), False: spoken.say(_("no"))}
        return values.map(said, na_action="ignore").astype("string").fillna("")
    texts = values.astype("string").fillna("")
    codes, found = pd.factorize(texts)
    said_as = np.array([_said(str(one), column.name, spoken) for one in found], dtype=object)
    return pd.Series(said_as[codes], index=values.index, dtype="string")


def protected(texts: pd.Series, dates: bool = False, cut: str = "") -> pd.Series:
    """Texts that a spreadsheet leaves as they are. dates: a year or a whole day needs no guard.

    cut: what stands at the end of a text that is longer than a cell holds; with "" all is left.
    """
    codes, found = pd.factorize(texts.astype("string").fillna(""))
    guarded = np.array([_guarded(str(one), dates, cut) for one in found], dtype=object)
    return pd.Series(guarded[codes], index=texts.index, dtype="string")


def _guarded(text: str, dates: bool, cut: str) -> str:
    if cut and len(text) >= LONGEST:
        text = text[: LONGEST - 1 - len(cut)] + cut  # with room for the apostrophe in front
    safe = no_formula(text)
    taken = _taken(text) and not (dates and _WHOLE_DAY.match(text))
    return f"'{text}" if taken and safe == text else safe


def _taken(text: str) -> bool:
    """Whether a spreadsheet would take a text for a number, a date, an answer or a guard."""
    bare = text.strip()
    if bare.startswith("'") or bare.casefold() in _ANSWERS:
        return True
    return bool(_DIGIT.search(bare) and (_FIGURES.match(bare) or _DAYS.match(bare)))


def words_of(column: str, spoken: Words) -> str:
    """What the words of a column are called, for the list of columns; "" for any other."""
    terms = {one.value: spoken.term(one) for one in TERMS[column]} if column in TERMS else {}
    also = {word: spoken.say(label) for word, label in _ALSO.get(column, {}).items()}
    return "; ".join(f"{word} = {label}" for word, label in (terms | also).items())


def _said(text: str, column: str, spoken: Words) -> str:
    also = _ALSO.get(column, {})
    if text in also:
        return spoken.say(also[text])
    terms = TERMS.get(column)
    if terms is not None and text in list(terms):
        return spoken.term(terms(text))
    return clean(text)


def _figure(number: float) -> str:
    if isinstance(number, (int, np.integer)):
        return str(int(number))
    # what rounds to nothing has no sign
    return np.format_float_positional(round(float(number), _DECIMALS) + 0.0, trim="-")


def _is_date(column: Column) -> bool:
    return column.name.endswith("_on") or column.name == "as_of"
