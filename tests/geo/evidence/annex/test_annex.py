"""What an annex says: the figures of the release, each forum's order, nothing that judges."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geo import naming
from geo.evidence.annex.blocks import Document, Drawing, Section, Table, told
from geo.evidence.annex.compose import SECTIONS
from geo.evidence.annex.matter import matter
from geo.evidence.annex.overlap_table import COLUMNS
from geo.evidence.annex.typeset import pdf
from geo.evidence.chosen import Chosen
from geo.evidence.figures.rows import records, shared
from geo.evidence.wishes import Forum, Wishes
from geo.words import Words

Compose = Callable[..., Document]
Pages = Callable[[bytes], list[str]]
Spoken = Callable[[str], Words]

# domain: core table, columns in common Peruvian usage, in their order
NINETEEN = [
    *("N°", "Código único", "Nombre del derecho", "Titular"),
    *("Tipo (concesión/petitorio/contrato)", "Estado", "Fecha de formulación"),
    *("Fecha de título/otorgamiento", "Área legal (ha)", "Área cartográfica (ha)"),
    *("Área superpuesta (ha)", "mín – máx (ha)", "% del derecho", "% del territorio"),
    *("Zona/Datum", "Fuente", "Fecha de captura", "Códigos de alerta"),
    "Fundamento / observación",
]


def _section(document: Document, title: str) -> Section:
    return next(section for section in document.sections if section.title == title)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in ("svg", "is"):
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _from(pages: list[str], title: str, until: str) -> str:
    """The text of the pages from one heading to the next, the table of contents aside."""
    first = next(n for n, text in enumerate(pages) if n > 1 and f" {title} " in f"{text} ")
    last = next(n for n, text in enumerate(pages) if n > first and f" {until} " in text)
    return " ".join(pages[first:last])


def test_every_column_of_the_core_table_stands_in_its_place(case: Chosen, compose: Compose) -> None:
    assert [text for line in COLUMNS for text, _width in line] == NINETEEN
    tables = [
        block
        for block in _section(compose(case), "Cuadro de superposición").blocks
        if isinstance(block, Table)
    ]
    assert len(tables) == 2  # one a territory
    for table in tables:
        assert [head.text for line in table.lines for head in line] == NINETEEN


def test_a_figure_of_the_pdf_is_that_of_the_release(
    case: Chosen, amparo: bytes, pages: Pages, spoken: Spoken
) -> None:
    said = _from(pages(amparo), "Cuadro de superposición", "Secuencia de fechas").replace(" ", "")
    words = spoken("es")
    rows = records(shared(case))
    assert len(rows) == 44
    for row in rows:
        assert row["concession_id"] in said
        figures = words.number(row["area_ha"]) + naming.interval(row, words)
        assert figures.replace(" ", "") in said
        assert naming.percent(row["share_of_territory"], words, 2).replace(" ", "") in said


def test_the_hectares_of_a_territory_are_its_union_and_never_the_sum_of_its_pairs(
    case: Chosen, compose: Compose, spoken: Spoken
) -> None:
    facts = json.dumps(told(_section(compose(case), "Hechos y límites")), ensure_ascii=False)
    pairs = shared(case)
    unions = case.unions
    for key in case.subjects:
        whole = unions.loc[
            unions["territory_key"].eq(key) & unions["kind"].eq("all") & unions["status"].eq("all")
        ]
        (union,) = whole["area_ha"]
        total = pairs.loc[pairs["territory_key"].eq(key), "area_ha"].sum()
        assert union < total - 1  # rights lie on each other there
        assert spoken("es").number(float(union)) in facts
        assert spoken("es").number(float(total)) not in facts


def test_the_answers_yes_stand_as_sentences_with_what_they_rest_on(
    few: Chosen, compose: Compose
) -> None:
    pages = " ".join(_texts(told(_section(compose(few), "Derechos, uno por página"))))
    yes = few.flags.loc[few.flags["answer"].eq("yes")]
    assert len(yes) > 2
    for sentence, code in zip(yes["es"], yes["code"], strict=True):
        assert sentence in pages
        assert f"[{code}; se apoya en: " in pages
    unknown = few.flags.loc[few.flags["answer"].eq("unknown"), "code"]
    assert len(unknown)
    assert all(f"[{code}]" in pages for code in unknown)
    assert "Falta " in pages


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_page_says_how_grave_something_is_or_judges_it(
    case: Chosen, few: Chosen, compose: Compose, language: str
) -> None:
    documents = [compose(few, forum, language) for forum in Forum]
    documents.append(compose(case, Forum.MINISTERIO, language))
    whole = "\n".join(text for one in documents for text in _texts(told(one)))
    assert not re.search(r"severidad|severity|prioridad|priority", whole, re.IGNORECASE)
    quoted = {
        phrase
        for judgment in case.judgments
        for phrase in (*judgment["orders"], *judgment["orders_en"])
    }
    facts = {
        text for one in case.cases for fact in one["fact"] for text in (fact["es"], fact["en"])
    }
    for phrase in sorted((*quoted, *facts), key=len, reverse=True):
        whole = whole.replace(phrase, "…")
    found = re.findall(
        r"\b(?:ilegal\w*|ilícit\w*|nul[oa]s?|nulidad\w*|invas\w*|usurp\w*|illegal\w*|unlawful\w*|"
        r"null|void)\b",
        whole,
        re.IGNORECASE,
    )
    assert found == []


def test_each_forum_is_given_its_own_order(few: Chosen, compose: Compose) -> None:
    first = {forum: compose(few, forum).sections[0].title for forum in Forum}
    assert first[Forum.CATASTRO] == "Lista de códigos recibida"
    assert first[Forum.AMPARO] == "Hechos y límites"
    titles = {forum: [one.title for one in compose(few, forum).sections] for forum in Forum}
    for forum in (Forum.MINISTERIO, Forum.CIDH):
        assert "Cuadros de datos técnicos" not in titles[forum]
        assert any(
            isinstance(block, Drawing)
            for block in _section(compose(few, forum), "Plano de situación").blocks
        )
    for forum in (Forum.AMPARO, Forum.CATASTRO):
        assert "Cuadros de datos técnicos" in titles[forum]
    assert titles[Forum.CATASTRO].index("Lo que se pide") == 1
    assert len(titles[Forum.CIDH]) < len(titles[Forum.AMPARO]) - 3
    assert {"Medidas solicitadas internamente", "Incidentes"} <= set(titles[Forum.CIDH])
    assert all(SECTIONS[forum] for forum in Forum)


def test_no_code_of_a_list_is_dropped(few: Chosen, compose: Compose) -> None:
    (table,) = (
        block
        for block in _section(compose(few), "Lista de códigos recibida").blocks
        if isinstance(block, Table)
    )
    assert [row[1] for row in table.rows] == ["009900180", "999999999", "ILU-00001"]
    assert [row[3] for row in table.rows] == ["hallado", "no está en esta publicación", "hallado"]


def test_an_annex_without_any_overlap_says_so_and_stands(
    few: Chosen, compose: Compose, fonts: Path, pages: Pages
) -> None:
    none = replace(
        few,
        overlaps=few.overlaps.iloc[:0],
        flags=few.flags.iloc[:0],
        unions=few.unions.iloc[:0],
        deeds=few.deeds.iloc[:0],
        captures=(),
        cases=(),
        judgments=(),
        codes=(),
    )
    for forum in Forum:
        said = " ".join(pages(pdf(compose(none, forum), fonts)))
        assert "No se halló ninguna superposición de 1 m² o más" in said


def test_the_english_annex_is_english(few: Chosen, compose: Compose) -> None:
    spanish, english = compose(few), compose(few, language="en")
    assert english.language == "en"
    titles = [one.title for one in spanish.sections]
    assert not set(titles) & {one.title for one in english.sections}
    whole = " ".join(_texts(told(english)))
    for told_in_spanish in ("superposición", "derecho minero", "no se conoce", "plana UTM"):
        assert told_in_spanish not in whole.replace("Aviso", "")


def test_the_baselines_that_were_asked_for_are_classed_and_the_others_are_compared(
    case: Chosen, compose: Compose
) -> None:
    document = compose(case, baselines=("ilo169", "2011-06-30"))
    section = _section(document, "Clasificación por fechas de referencia")
    whole = " ".join(_texts(told(section)))
    assert "Entrada en vigor del Convenio 169 de la OIT: 2 de febrero de 1995" in whole
    assert "30 de junio de 2011" in whole
    table = section.blocks[-1]
    assert isinstance(table, Table)
    assert [row[1] for row in table.rows][:4] == ["sí"] * 4
    assert {row[1] for row in table.rows[4:]} == {"no"}


def test_a_search_that_nobody_made_is_not_told_as_an_absence(
    few: Chosen, spoken: Spoken, compose: Compose
) -> None:
    about = matter(few, Wishes(), spoken("es"), "0" * 64, ())
    rows = list(about.rights.values())
    assert any(row["consultation_search"] is None for row in rows)
    whole = " ".join(_texts(told(_section(compose(few), "Derechos, uno por página"))))
    assert "en estos datos no consta ninguna búsqueda" in whole
    assert "no consta en los registros consultados" not in whole
    searched = replace(
        few,
        concessions=few.concessions.assign(
            consultation_search="not found",
            consultation_register="Base de procesos",
            consultation_searched_on="2026-10",
        ),
    )
    whole = " ".join(_texts(told(_section(compose(searched), "Derechos, uno por página"))))
    assert (
        "no consta en los registros consultados (Base de procesos; búsqueda: octubre de 2026)"
        in whole
    )
