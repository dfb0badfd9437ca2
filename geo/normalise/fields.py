"""Their fields under our names: codes as texts with their zeros, figures as numbers."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.declared import Source
from geo.errors import FieldsMissing
from geo.normalise.setting import NOTHING, Rows, Setting, gathered, say, say_of_file
from geo.schema.columns import NUMBER, Column, of_noun
from geo.terms import Deed
from geo.words import _

STEP = "fields"
ROW_NUMBER = "@row"

# texts that programs write where they have none
_NO_TEXT = frozenset({"", "none", "null", "<null>", "nan", "<na>", "s/n", "-", "--"})
_SHAPE_WORDS = ("geometry",)
_PLAIN_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_INTEGER_AS_FLOAT = r"([+-]?\d+)\.0+"

# columns with a closed list: the field's word is kept as …_raw, or as the words of `status.py`
WORDED = {"status": "status_raw", "tenure": "tenure_raw", "kind": "kind_raw"}


def mapped(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """The columns of `source.fields` and `source.constants`, nothing else of the file.

    A field is found by its name, else by its name in other capitals where only one fits. Of
    a list of fields the first that is filled is taken, row by row. Words of a closed list
    stay as their source's words, one column for each field of the list (`status_raw@1`), so
    that a word that nobody knows in one field can be answered by the next.
    Raises FieldsMissing when no field of `native_id` is there.
    """
    source = setting.source
    theirs = {name: _texts(rows[name]) for name in _used(source, rows)}
    made: dict[str, pd.Series] = {}
    absent: list[str] = []
    for ours, wanted in source.fields.items():
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        if ours == "native_id":
            continue
        found = [name for name in (_find(rows, one) for one in names) if name]
        if not found:
            absent.append(" | ".join(names))
            continue
        column = WORDED.get(ours, ours)
        if _is_date(ours) and len(found) == 1:
            made[column] = rows[found[0]]
        else:
            made[column] = _first_filled([theirs[name] for name in found])
        if column in WORDED.values():
            made |= {f"{column}@{number}": theirs[name] for number, name in enumerate(found)}
    made |= {
        ours: pd.Series(value, index=rows.index, dtype="string")
        for ours, value in source.constants.items()
        if ours not in made
    }
    identified, said = _identified(rows, theirs, setting)
    numbers, doubts = _numbers(made, of_noun(source.noun), setting)
    frame = gpd.GeoDataFrame(
        made | numbers | {"native_id": identified},
        geometry=gpd.GeoSeries(np.asarray(rows.geometry.array), index=rows.index),
        index=rows.index,
    )
    silent = NOTHING
    if absent:
        silent = say_of_file(
            STEP,
            setting,
            _("El archivo no trae campos que la fuente declara: lo que dirían queda desconocido."),
            before="; ".join(absent),
        )
    return frame, gathered(silent, said, doubts)


def field_names(wanted: str | tuple[str, ...]) -> tuple[str, ...]:
    """The fields of a declaration, one or several."""
    return (wanted,) if isinstance(wanted, str) else wanted


def _used(source: Source, rows: Rows) -> Iterable[str]:
    wanted = {name for names in source.fields.values() for name in field_names(names)}
    return {found for found in (_find(rows, name) for name in sorted(wanted)) if found}


def _find(rows: Rows, name: str) -> str:
    if name in rows.columns and name not in _SHAPE_WORDS:
        return name
    like = [str(c) for c in rows.columns if str(c).casefold() == name.casefold()]
    like = [c for c in like if c not in _SHAPE_WORDS]
    return like[0] if len(like) == 1 else ""


def _is_date(ours: str) -> bool:
    return ours.endswith("_on")


def _texts(column: pd.Series) -> pd.Series:
    """A field as texts; missing where it is empty or says that it is.

    A whole number that was read as a float is written as the whole number.
    """
    if pd.api.types.is_float_dtype(column.dtype):
        whole = column.notna() & (column == column.round()) & (column.abs() < 1e15)
        texts = column.astype("string")
        texts = texts.mask(whole, column.where(whole, 0).astype("int64").astype("string"))
    else:
        texts = column.astype("string").str.strip()
    return texts.mask(texts.str.lower().isin(_NO_TEXT))


def _first_filled(columns: list[pd.Series]) -> pd.Series:
    first, *others = columns
    for other in others:
        first = first.fillna(other)
    return first


def _identified(
    rows: Rows, theirs: dict[str, pd.Series], setting: Setting
) -> tuple[pd.Series, pd.DataFrame]:
    """The source's own code of each row, as text."""
    wanted = field_names(setting.source.fields.get("native_id", ROW_NUMBER))
    by_row = pd.Series(rows.index.astype(str), index=rows.index, dtype="string")
    fields = [name for name in wanted if name != ROW_NUMBER]
    found = [name for name in (_find(rows, one) for one in fields) if name]
    if fields and not found and ROW_NUMBER not in wanted:
        raise FieldsMissing(
            f"El archivo no tiene el campo «{' | '.join(fields)}», que da el código de cada fila "
            f"en la fuente «{setting.source.id}»: elija la fuente que corresponde, con --source."
        )
    if not found:
        said_so = say_of_file(
            STEP,
            setting,
            _("Ningún campo trae un código: cada fila se nombra por su número de fila."),
        )
        return "fila-" + by_row, said_so
    codes = _first_filled([theirs[name] for name in found])
    codes = codes.str.replace(rf"^{_INTEGER_AS_FLOAT}$", r"\1", regex=True)
    without = codes.isna()
    said = [
        say(
            Deed.NOTED,
            STEP,
            setting,
            rows.index[without],
            _("La fila no trae código: se la nombra por su número de fila en este archivo."),
            field=" | ".join(found),
        )
    ]
    if any(pd.api.types.is_numeric_dtype(rows[name].dtype) for name in found):
        said.append(
            say_of_file(
                STEP,
                setting,
                _("El archivo guarda los códigos como números: pueden haber perdido sus ceros."),
                field=" | ".join(found),
            )
        )
    return codes.fillna("fila-" + by_row), gathered(*said)


def _numbers(
    made: dict[str, pd.Series], columns: tuple[Column, ...], setting: Setting
) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """Columns of figures; a figure that can be read in two ways is missing, and said."""
    wanted = [c.name for c in columns if c.dtype == NUMBER and c.name in made]
    numbers: dict[str, pd.Series] = {}
    said = []
    for name in wanted:
        figures, unread = figures_of(made[name])
        said.append(
            say(
                Deed.NOTED,
                STEP,
                setting,
                unread.index[unread],
                _("La cifra no se puede leer de una sola manera: queda desconocida."),
                field=name,
                before=made[name],
            )
        )
        if name.endswith("_ha"):
            none = (figures <= 0).fillna(False)
            if none.any():
                said.append(
                    say_of_file(
                        STEP,
                        setting,
                        _("Un área de cero o menos quiere decir que no se conoce."),
                        field=name,
                        before=f"{int(none.sum())} filas",
                    )
                )
            figures = figures.mask(none)
        numbers[name] = figures
    in_hectares = made.get("area_unit")
    if in_hectares is not None and "area_title_ha" in numbers:
        other = in_hectares.notna() & ~in_hectares.str.casefold().isin(_HECTARES)
        said.append(
            say(
                Deed.NOTED,
                STEP,
                setting,
                other.index[other.fillna(False) & numbers["area_title_ha"].notna()],
                _("El área no está en hectáreas: queda desconocida."),
                field="area_title_ha",
                before=in_hectares,
            )
        )
        numbers["area_title_ha"] = numbers["area_title_ha"].mask(other.fillna(False))
    return numbers, gathered(*said)


_HECTARES = ("hectares", "hectáreas", "hectareas", "ha", "has", "ha.")


def figures_of(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Texts as numbers, and which of them could not be read in one way only.

    A comma before exactly three digits at the end is thousands to some and decimals to
    others, unless a point or another comma tells: such a figure stays unread.
    """
    column = texts.astype("string").str.strip().str.replace(r"(?i)\s*ha[s.]?$", "", regex=True)
    column = column.str.replace(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", regex=True)
    point_last = column.str.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+").fillna(False)
    comma_last = column.str.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+").fillna(False)
    many_commas = column.str.fullmatch(r"[+-]?\d{1,3}(,\d{3}){2,}").fillna(False)
    decimal_comma = column.str.fullmatch(r"[+-]?\d+,(\d{1,2}|\d{4,})").fillna(False)
    column = column.mask(point_last | many_commas, column.str.replace(",", ""))
    plain = column.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    column = column.mask(comma_last, plain)
    column = column.mask(decimal_comma, column.str.replace(",", ".", regex=False))
    readable = column.str.fullmatch(_PLAIN_NUMBER).fillna(False).astype(bool)
    figures = pd.to_numeric(column.where(readable), errors="coerce").astype(pd.Float64Dtype())
    infinite = (figures.abs() == float("inf")).fillna(False).astype(bool)
    unread = (column.notna() & ~readable) | infinite
    return figures.mask(infinite), unread.astype(bool)
