"""The words of a register as types: a misspelt key or a missing word is refused by name."""

from pathlib import Path

import pytest

from geo.errors import DeclarationError
from geo.register.vocabulary import read

ROOT = Path(__file__).resolve().parents[3] / "data" / "register"
TEXT = (ROOT / "peru.toml").read_text("utf-8")
KIND = '\n[[kind]]\ncode = "{code}"\nes = "{es}"\nen = "x"\nbasis = "x"\nsure = "{sure}"\n'


def _added(code: str = "Z01", es: str = "x", sure: str = "proposal", more: str = "") -> str:
    return TEXT + KIND.format(code=code, es=es, sure=sure) + more


def test_a_word_is_said_in_the_language_of_the_reader() -> None:
    words = read([("a.toml", TEXT)])
    assert words.kinds["K01"].said("es") == "homicidio o asesinato"
    assert words.kinds["K01"].said("en") == "killing"
    assert words.charges["disturbios"].said("es") == "disturbios (art. 315, por confirmar)"
    assert words.charges["disturbios"].said("shp") == words.charges["disturbios"].said("es")
    assert words.kinds["K01"].huridocs is None


def test_a_second_file_adds_words() -> None:
    more = 'country = "PE"\nversion = "x"\n' + KIND.format(code="Z01", es="x", sure="proposal")
    assert list(read([("a.toml", TEXT), ("b.toml", more)]).kinds)[-1] == "Z01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_added(code="K01"), "«K01» en kind está dos veces"),
        (_added(es=" "), "está vacío"),
        (_added(sure="perhaps"), "expected Sure"),
        (_added(more='official = "1"\n'), "official"),
        (_added(more='reach = ["collective"]\n'), "reach"),
        (_added(more='[[invented]]\ncode = "1"\n'), "invented"),
        ('country = "PE"\nversion = "x"\n', "vacía o falta"),
        ("[[", "TOML"),
    ],
)
def test_a_list_with_a_fault_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        read([("a.toml", text)])
