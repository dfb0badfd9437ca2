"""The words in which incidents are recorded: what a documenter would lose if a word went wrong."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from geo.register import approved, delays
from geo.register.lists import Reach
from geo.register.vocabulary import Term, Vocabulary, read
from geo.terms import Sure

FOLDER = Path(__file__).resolve().parents[2] / "data" / "register"
FAMILIES = {"K": 3, "P": 3, "T": 3, "V": 1, "D": 1, "C": 3, "E": 1, "L": 5, "I": 5}
KINDS = [f"{letter}{n:02d}" for letter, many in FAMILIES.items() for n in range(1, many + 1)]
ACCUSES = re.compile(
    r"i?legal\w*|il[ií]cit\w*|inva[sd]\w*|traficante|terrorist\w*|criminales|mafia|unlawful|wrongful",
    re.IGNORECASE,
)
OFFICIAL = "«asociación ilícita para delinquir»"


def _vocabulary() -> Vocabulary:
    return read((path.name, path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def _terms() -> Iterator[tuple[str, Term]]:
    for name, terms in vars(_vocabulary()).items():
        yield from ((name, term) for term in terms.values())


def test_every_kind_that_was_agreed_is_there_in_its_order() -> None:
    assert list(_vocabulary().kinds) == KINDS


def test_each_word_is_there_in_both_languages_and_says_where_it_comes_from() -> None:
    for name, term in _terms():
        assert all((term.es, term.en, term.basis)), (name, term.code)
        assert term.sure in Sure, (name, term.code)


def test_no_word_accuses_anybody() -> None:
    said = [(t.es.replace(OFFICIAL, ""), t.en) for _, t in _terms()]
    assert [words for words in said if ACCUSES.search(" ".join(words))] == []


def test_articles_that_nobody_looked_up_say_so_to_whoever_records() -> None:
    charges = _vocabulary().charges
    found = {code for code, term in charges.items() if term.sure is Sure.FOUND}
    assert found == {"extorsion", "difamacion"}
    assert charges["extorsion"].said("es").endswith("(art. 200)")
    for code, term in charges.items():
        if term.article and code not in found:
            assert "por confirmar)" in term.said("es"), code
            assert "to be confirmed)" in term.said("en"), code


def test_the_list_says_that_it_is_not_the_official_one() -> None:
    text = (FOLDER / "peru.toml").read_text("utf-8")
    assert "WORKING list" in text
    assert "NOT the official list" in text
    assert "huridocs" not in {key for _, term in _raw() for key in term}


def test_every_measure_says_for_whom_it_makes_sense() -> None:
    measures = _vocabulary().measures
    assert measures["alerta-temprana"].reach[0] is Reach.COLLECTIVE
    assert measures["habeas-corpus"].reach == (Reach.INDIVIDUAL,)


def test_the_steps_that_are_counted_are_steps_of_the_list() -> None:
    steps = set(_vocabulary().measure_steps)
    assert steps >= approved.GRANTED | delays.ANSWERS | {delays.REQUEST}


def _raw() -> Iterator[tuple[str, dict[str, object]]]:
    for path in FOLDER.glob("*.toml"):
        for name, terms in tomllib.loads(path.read_text("utf-8")).items():
            if isinstance(terms, list):
                yield from ((name, term) for term in terms)
