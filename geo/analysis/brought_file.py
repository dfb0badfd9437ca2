"""The CSV in which people bring dates with their documents, read strictly.

A line that cannot be used refuses the whole file: half of somebody's evidence would look
like all of it. Every line at fault is named at once.
"""

import csv
import re
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import pandas as pd

from geo.answers import folded
from geo.dates import parse
from geo.errors import DateUnreadable, FactsUnreadable
from geo.terms import FactKind, Noun
from geo.words import clean

T = TypeVar("T")

FOUND = "found"
NOT_FOUND = "not found"

COLUMNS = (
    "noun",
    "id",
    "part",
    "what",
    "on",
    "document",
    "folio",
    "register",
    "searched_on",
    "words",
    "result",
    "note",
)

# theirs, lower case and without accents -> ours
_HEADERS = {name: name for name in COLUMNS} | {
    "objeto": "noun",
    "sobre": "noun",
    "codigo": "id",
    "parte": "part",
    "que": "what",
    "hecho": "what",
    "fecha": "on",
    "documento": "document",
    "registro": "register",
    "buscado_el": "searched_on",
    "palabras": "words",
    "resultado": "result",
    "nota": "note",
}
_NOUNS = {
    "concession": Noun.CONCESSION,
    "concesion": Noun.CONCESSION,
    "derecho": Noun.CONCESSION,
    "territory": Noun.TERRITORY,
    "territorio": Noun.TERRITORY,
}
_KINDS = {kind.value: kind for kind in FactKind} | {
    "formulacion": FactKind.FILING,
    "otorgamiento": FactKind.GRANT,
    "titulo": FactKind.TITLE,
    "reconocimiento": FactKind.RECOGNITION,
    "inscripcion": FactKind.REGISTRATION,
    "solicitud": FactKind.CLAIM,
    "consulta": FactKind.CONSULTATION,
    "consulta previa": FactKind.CONSULTATION,
    "busqueda de consulta": FactKind.CONSULTATION_SEARCH,
    "busqueda de consulta previa": FactKind.CONSULTATION_SEARCH,
    "inicio de obras": FactKind.WORKS_START,
    "extincion": FactKind.EXTINCTION,
    "vencimiento": FactKind.EXPIRY,
}
_RESULTS = {
    "found": FOUND,
    "consta": FOUND,
    "encontrado": FOUND,
    "not found": NOT_FOUND,
    "no consta": NOT_FOUND,
    "no encontrado": NOT_FOUND,
}
_OF_A_TERRITORY = (FactKind.TITLE, FactKind.RECOGNITION, FactKind.REGISTRATION, FactKind.CLAIM)
_SEARCH = {
    "register": "el registro (register)",
    "searched_on": "el día (searched_on)",
    "words": "las palabras buscadas (words)",
    "result": "el resultado (result)",
}
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[/.-])?(\d{1,2})[/.-](\d{4})\Z")
_KINDS_SAID = ", ".join(kind.value for kind in FactKind)


class _Line(NamedTuple):
    number: int
    cells: list[str]


def noun_of(kind: FactKind) -> Noun:
    """What a kind of fact is about."""
    return Noun.TERRITORY if kind in _OF_A_TERRITORY else Noun.CONCESSION


def read_facts(text: str, named: str) -> pd.DataFrame:
    """The facts of a CSV (text handed in; `,` or `;`), one row each, in the file's order.

    Columns: noun, id, part, what, on, document, folio, register, searched_on, words, result,
    note (texts, missing where empty), and line, the line of the file. Headings and words of the
    closed lists may be Spanish; `what` is a geo.terms.FactKind. `on` is a partial date
    (1994-06-24, 1994-06, 1994) or one written day first (24/06/1994). A column may be left out.
    A consultation-search says its register, day, words and result; anything else, its date.
    Raises FactsUnreadable naming every line that cannot be used.
    """
    lines = _lines(text.removeprefix("\ufeff"), named)
    if not lines:
        raise FactsUnreadable(
            f"«{named}» está vacío: su primera línea debe nombrar las columnas, "
            "por ejemplo noun,id,what,on,document."
        )
    headings = _headings(lines[0].cells, named)
    rows: list[dict[str, str | int | None]] = []
    problems: list[str] = []
    for line in lines[1:]:
        wrong: list[str] = []
        row = _row(line, headings, wrong)
        problems += [f"línea {line.number}: {problem}" for problem in wrong]
        rows.append({**row, "line": line.number})
    if problems:
        raise FactsUnreadable(f"«{named}» no se puede usar: corrija {'; '.join(problems)}.")
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "line"])
    return frame.astype(dict.fromkeys(COLUMNS, "string") | {"line": "Int64"})


def as_written(text: str, named: str) -> list[dict[str, str]]:
    """The lines that `read_facts` reads, in its order: each cell as written, under its heading."""
    lines = _lines(text.removeprefix("\ufeff"), named)
    if not lines:
        return []
    headings = lines[0].cells
    return [
        dict.fromkeys(headings, "") | dict(zip(headings, line.cells, strict=False))
        for line in lines[1:]
    ]


def _lines(text: str, named: str) -> list[_Line]:
    """The filled lines, each with the number of the line on which it ends."""
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(re.findall(r"[^\n]*\n|[^\n]+", text), delimiter=delimiter, strict=True)
    try:
        return [_Line(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise FactsUnreadable(
            f"«{named}», línea {reader.line_num}: no es CSV ({error}); revise las comillas."
        ) from error


def _headings(cells: list[str], named: str) -> list[str]:
    """Our name for each column; a column named «derecho» or «territorio» holds codes of that."""
    made = []
    for cell in cells:
        plain = folded(cell).replace(" ", "_")
        ours = _HEADERS.get(plain) or (f"id:{_NOUNS[plain].value}" if plain in _NOUNS else None)
        if ours is None:
            raise FactsUnreadable(
                f"«{named}»: no se conoce la columna «{clean(cell)}»; use {', '.join(COLUMNS)}."
            )
        made.append(ours)
    twice = {name for name in made if made.count(name) > 1}
    if twice:
        raise FactsUnreadable(
            f"«{named}»: dos columnas dicen lo mismo ({', '.join(sorted(twice))}); deje una."
        )
    if "what" not in made or not any(name.startswith("id") for name in made):
        raise FactsUnreadable(
            f"«{named}»: faltan columnas; hacen falta al menos el código (id) y qué es (what)."
        )
    return made


def _row(line: _Line, headings: list[str], wrong: list[str]) -> dict[str, str | None]:
    if len(line.cells) > len(headings):
        wrong.append("tiene más celdas que columnas (¿falta entrecomillar un texto?)")
    filled = {
        name: clean(cell) for name, cell in zip(headings, line.cells, strict=False) if cell.strip()
    }
    row: dict[str, str | None] = {name: filled.get(name) for name in COLUMNS}
    kind = _word(row["what"], _KINDS)
    if kind is None:
        wrong.append(f"«{row['what'] or ''}» no es un hecho (what): use {_KINDS_SAID}")
    noun, row["id"] = _whose(filled, kind, wrong)
    if row["id"] is None:
        wrong.append("falta el código (id)")
    if kind is not None and noun is not None and noun_of(kind) is not noun:
        said = "un derecho" if noun is Noun.CONCESSION else "un territorio"
        wrong.append(f"«{kind.value}» no se dice de {said}")
    if noun is Noun.CONCESSION and row["part"] is not None:
        wrong.append("un derecho no tiene partes: deje part vacío")
    if kind is FactKind.CONSULTATION_SEARCH:
        row["result"] = _search(row, wrong)
    elif row["on"] is None:
        wrong.append("falta la fecha (on)")
    dates = {name: _date(row[name], wrong) for name in ("on", "searched_on")}
    return row | dates | {"noun": noun, "what": kind}


def _whose(
    filled: Mapping[str, str], kind: FactKind | None, wrong: list[str]
) -> tuple[Noun | None, str | None]:
    """The noun and the code, from `noun` and `id` or from a column named for the noun."""
    said = [(Noun(name.partition(":")[2]), filled[name]) for name in filled if ":" in name]
    if len(said) > 1 or (said and "id" in filled):
        wrong.append("tiene dos códigos: deje uno por línea")
        return None, filled.get("id") or said[0][1]
    if said:
        return said[0]
    noun = _word(filled.get("noun"), _NOUNS)
    if "noun" in filled and noun is None:
        wrong.append(f"«{filled['noun']}» no es concession ni territory (noun)")
    elif noun is None and kind is not None:
        noun = noun_of(kind)  # each kind of fact is about one noun only
    return noun, filled.get("id")


def _search(row: Mapping[str, str | None], wrong: list[str]) -> str | None:
    missing = [said for name, said in _SEARCH.items() if row[name] is None]
    if missing:
        wrong.append(f"a la búsqueda de consulta le falta {', '.join(missing)}")
    result = _word(row["result"], _RESULTS)
    if row["result"] is not None and result is None:
        wrong.append(f"«{row['result']}» no es un resultado: use found o not found")
    return result


def _date(text: str | None, wrong: list[str]) -> str | None:
    """A partial date; day first where it is written with the year last, as in Peru."""
    if text is None:
        return None
    found = _DAY_FIRST.match(text)
    turned = text
    if found:
        day, month, year = found.groups()
        turned = "-".join([year, month.zfill(2), *([day.zfill(2)] if day else [])])
    try:
        return parse(turned)
    except DateUnreadable:
        wrong.append(f"«{text}» no es una fecha: escriba 1994-06-24, 1994-06, 1994 o 24/06/1994")
        return None


def _word(text: str | None, words: Mapping[str, T]) -> T | None:
    return None if text is None else words.get(folded(text))
