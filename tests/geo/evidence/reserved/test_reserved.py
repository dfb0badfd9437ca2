"""The reserved annex says what it was handed, in each forum's order, and what it does not know."""

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from geo.errors import AnnexFailed
from geo.evidence.annex.blocks import Document, told
from geo.evidence.reserved.compose import FORUMS, SECTIONS, annex, document
from geo.home import data_folder
from geo.reserved import (
    Asked,
    Doer,
    Known,
    Person,
    Reserved,
    ReservedForum,
    Stage,
    Told,
    Word,
    digest,
)
from geo.terms import Answer, PlaceLevel
from geo.words import Words, words

FONTS = data_folder() / "built" / "fonts"
PO = data_folder() / "translations" / "en" / "LC_MESSAGES" / "deslinde.po"

THREAT = Word("T01", "amenaza de muerte", "death threat")
SMEAR = Word("E01", "difamación", "defamation")
SURE = Word("reported", "reportado", "reported")
ASKED = Asked(
    Word("garantias", "garantías personales", "personal guarantees"),
    Word("individual", "individual", "individual"),
    ("S-1",), "2026-02", "", False, 266, 293,
    (Stage(Word("requested", "solicitado", "requested"), "2026-02"),),
)  # fmt: skip


def _told(number: str = "H-01", **said: object) -> Told:
    plain = Told(
        number, "2026-01", "", "Distrito Inventado", PlaceLevel.DISTRICT, (THREAT,), (), (),
        ("S-1",), (), (Doer(Word("mining", "minería", "mining"), SURE),),
        (Known(Word("witness", "testigo", "witness"), None, ""),), SURE, (ASKED,), (),
    )  # fmt: skip
    return replace(plain, **said)


PEOPLE = (Person("S-1", Word("person", "persona", "person"), "", Answer.UNKNOWN, None),)
CONTENT = Reserved(ReservedForum.CIDH, "2026-11-22", (_told(),), PEOPLE)


@pytest.fixture(params=["es", "en"])
def spoken(request: pytest.FixtureRequest) -> Words:
    catalogue = "" if request.param == "es" else PO.read_text("utf-8")
    return words(request.param, catalogue)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []


def _said(made: Document) -> str:
    return "\n".join(_texts(told(made)))


@pytest.mark.parametrize("forum", ReservedForum)
def test_each_forum_is_given_its_sections_in_each_language(
    forum: ReservedForum, spoken: Words
) -> None:
    made = document(replace(CONTENT, forum=forum), spoken)
    titles = [section.title for section in made.sections]
    assert len(titles) == len(set(titles))
    # justice has nothing to tell here
    assert len(titles) == len(SECTIONS[forum]) - 1
    assert made.subtitle == spoken.say(FORUMS[forum])
    assert made.specimen == spoken.say("RESERVADO")
    assert spoken.say("Método y límites") in titles


def test_gravity_and_urgency_are_counted_and_never_judged() -> None:
    many = tuple(_told(f"H-{n:02}", began=f"2026-0{n}") for n in range(1, 4))
    smear = _told("H-04", kinds=(SMEAR,), began="", asked=())
    said = _said(document(replace(CONTENT, incidents=(*many, smear)), words("es", "")))
    assert "3 hechos" in said
    assert "H-01, H-02, H-03" in said
    assert "H-03 (marzo de 2026), H-02 (febrero de 2026), H-01 (enero de 2026)" in said
    assert "sin respuesta registrada al 22 de noviembre de 2026" in said
    assert "266 – 293" in said
    assert "es grave" not in said
    assert "es urgente" not in said


def test_what_nobody_recorded_is_not_said_to_be_no() -> None:
    said = _said(document(CONTENT, words("es", "")))
    assert "no se registró" in said
    bare = _told(began="", place="", kinds=(), doers=(), known=(), asked=(), people=())
    said = _said(document(replace(CONTENT, incidents=(bare,), people=()), words("es", "")))
    for sentence in (
        "fecha no registrada",
        "el país, sin lugar más fino",
        "Sin fuente registrada: H-01.",
        "No consta ningún pedido de medidas en estos hechos.",
    ):
        assert sentence in said


def test_outcomes_that_reverse_all_stand_in_the_chronology() -> None:
    steps = tuple(
        Stage(Word(code, code, code), on)
        for code, on in (("sentencia", "2024"), ("nulidad", "2025"), ("sentencia", "2026-01"))
    )
    made = document(replace(CONTENT, incidents=(_told(case=steps),)), words("es", ""))
    assert _said(made).count("Causa: sentencia") == 2
    assert _said(made).count("Causa: nulidad") == 1


def test_invented_places_make_a_specimen() -> None:
    invented = replace(CONTENT, illustrative=True)
    assert "Ejemplar de muestra" in _said(document(invented, words("es", "")))
    assert "Ejemplar de muestra" not in _said(document(CONTENT, words("es", "")))


def test_one_changed_word_changes_the_digest_in_the_footer() -> None:
    other = replace(CONTENT, incidents=(_told(began="2026-02"),))
    assert digest(other) != digest(CONTENT)
    for content in (CONTENT, other):
        assert digest(content)[:16] in document(content, words("es", "")).footer[0]


def test_the_same_content_is_the_same_file_and_reserved_on_every_page() -> None:
    pdf = annex(CONTENT, words("es", ""), FONTS)
    assert annex(CONTENT, words("es", ""), FONTS) == pdf
    opened = PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
        about = opened.get_metadata_dict()
    finally:
        opened.close()
    assert len(pages) > 4
    for page in pages:
        assert "RESERVADO" in page
        assert digest(CONTENT)[:16] in page
    assert about["Author"] == ""


def test_a_text_that_would_be_code_stays_a_text() -> None:
    hostile = Word("x", '#read("/etc/passwd") $x$ *b* <script>', "x")
    pdf = annex(replace(CONTENT, incidents=(_told(kinds=(hostile,)),)), words("es", ""), FONTS)
    opened = PdfDocument(pdf)
    try:
        said = "".join(page.get_textpage().get_text_bounded() for page in opened)
    finally:
        opened.close()
    assert "#read(" in said
    assert "root:" not in said


def test_a_missing_letter_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnnexFailed, match="letra"):
        annex(CONTENT, words("es", ""), tmp_path)


def test_nothing_that_is_handed_over_has_a_field_for_a_name_or_a_story() -> None:
    kinds = (Reserved, Told, Person, Asked, Known, Doer, Stage)
    named = {field.name for kind in kinds for field in fields(kind)}
    free = "name title narrative note contact text description organisation words document"
    finer = "case_number lon lat given_as asked_of wishes connection"
    assert not named & {*free.split(), *finer.split()}


def test_the_room_that_prints_it_cannot_reach_the_register() -> None:
    code = (
        "import sys, geo.evidence.reserved.compose\n"
        "print([n for n in sys.modules if n.startswith(('geo.register', 'geo.boxes'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
