"""The list of names finds a name however it is written, and tells nobody what is on it.

The names and numbers here are made up.
"""

import html
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from geo.errors import RecordRefused
from geo.register import names, store
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.name_search import Found, Names, form_of, search, sign_of
from geo.register.names import Match
from geo.register.rotation import rotate
from geo.register.spellings import forms, signs
from geo.register.store import Register
from geo.register.tables import TABLES
from geo.register.unfolding import views

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
NAME = "Zulmira Peñíscola Ficticia Inventada"
LISTED = (NAME, "Fulano de la Cumbre", "+51 987 654 321", "40123456", "PX-778899 B", "Chichico")


def _opened(*texts: str) -> Names:
    key = bytes(32)
    made = {text: forms(text) for text in texts}
    return Names(
        key,
        {form_of(key, form): match for one in made.values() for form, match in one.items()},
        frozenset(sign_of(key, sign) for text, one in made.items() for sign in signs(text, one)),
    )


@pytest.fixture(scope="module")
def listed() -> Names:
    """A list with two names, a telephone, two documents and a nickname."""
    return _opened(*LISTED)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (NAME, Match.NAME),
        ("ZULMIRA PENISCOLA FICTICIA INVENTADA", Match.NAME),
        ("Ficticia Inventada, Zulmira Peñíscola", Match.NAME),
        ("zulmira_peniscola_ficticia_inventada.jpg", Match.NAME),
        ("ZulmiraPeñíscolaFicticiaInventada", Match.NAME),
        ("Zulmira Pen\u0303i\u0301scola Ficticia Inventada", Match.NAME),
        ("Zulmira\n   Peñíscola\tFicticia\r\nInventada", Match.NAME),
        ("Zulmira Ficticia", Match.PART),
        ("Ficticia, Zulmira", Match.PART),
        ("la señora Peñíscola Inventada dijo", Match.PART),
        ("zulmiraficticia@example.org", Match.PART),
        ("Z. Ficticia", Match.INITIALS),
        ("Z.P. Ficticia", Match.INITIALS),
        ("Ficticia Z.", Match.INITIALS),
        ("FULANO CUMBRE", Match.NAME),
        ("Cumbre, Fulano de la", Match.NAME),
        ("Fulano de Cumbre", Match.NAME),
        ("el Chichico,", Match.NAME),
        ("987654321", Match.NUMBER),
        ("987 654 321", Match.NUMBER),
        ("(987) 654-321", Match.NUMBER),
        ("tel:+51-987.654.321", Match.NUMBER),
        ("0051987654321", Match.NUMBER),
        ('{"tel":51987654321}', Match.NUMBER),
        ("DNI40123456", Match.NUMBER),
        ("40.123.456", Match.NUMBER),
        ("٤٠١٢٣٤٥٦", Match.NUMBER),
        ("px778899b", Match.DOCUMENT),
        ("PX 778899-B", Match.DOCUMENT),
    ],
)
def test_it_is_found_as_people_write_it(listed: Names, text: str, match: Match) -> None:
    around = f"Lo que dijo: {text}; y nada más."
    found = search(listed, around)
    assert [one.match for one in found] == [match], found
    said = around[found[0].at : found[0].at + found[0].length]
    assert said.strip("+(") in text or text in said


@pytest.mark.parametrize(
    "wrapped",
    [
        html.escape("Zulmira Peñíscola"),
        "Zulmira Pe&ntilde;&iacute;scola",
        "Zulmira Pe&#241;&#xED;scola",
        "Zulmira&nbsp;Peñíscola",
        "<b>Zulmira</b> <i class='x'>Peñíscola</i>",
        "Zul<b>mira</b> Peñís<wbr>cola",
        "Zulmira<br>\nPeñíscola",
        "<img title='Zulmira Peñíscola' src='a.png'>",
        json.dumps("Zulmira Peñíscola"),
        json.dumps(json.dumps("Zulmira Peñíscola")),
        '"Zulmira\\nPeñíscola"',
        quote("Zulmira Peñíscola"),
        "Zulmira+Pe%C3%B1%C3%ADscola",
        "Zulmira Pe=C3=B1=C3=ADscola",
        "Zulmira Pe=C3=B1=\n=C3=ADscola",
        "Zulmira Peñíscola".encode().decode("cp1252", "replace").replace("\ufffd", "\xad"),
        "Zul-\n   mira Peñís-\ncola",
        "Zul\u00admira\u200b Peñís\u200bcola",
        '"Peñíscola";"Zulmira"',
        "Peñíscola,Zulmira,3",
    ],
)
def test_it_is_found_in_the_files_that_a_release_is_made_of(wrapped: str) -> None:
    text = f"antes {wrapped} después"
    found = search(_opened("Zulmira Peñíscola"), text)
    assert [one.match for one in found] == [Match.NAME]
    at, end = found[0].at, found[0].at + found[0].length
    # the place is that of the text as it was given, so that somebody can look there
    assert text.index(wrapped) <= at < end <= text.index(wrapped) + len(wrapped)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zulmira",
        "Zulmira fue; llegó Ficticia",
        "zulmira peñíscola",  # the two given names of four words are no part of anybody
        "1987654321",
        "9876543210",
        "-72.4012345, -12.6",
        "987654 32",
        "chichicos",
        "z",
        "%%%=&#;&&\\u12 \\x <<<>>> &#99999999;",
        "<" * 5000,
    ],
)
def test_what_is_not_on_the_list_is_not_found(listed: Names, text: str) -> None:
    assert search(listed, text) == []


def test_what_lies_across_a_whole_name_is_not_told_beside_it(listed: Names) -> None:
    found = search(listed, f"{NAME} y {NAME}, 987654321")
    assert [one.match for one in found] == [Match.NAME, Match.NAME, Match.NUMBER]
    assert found[0] == Found(Match.NAME, 0, len(NAME))


WORD = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=3, max_size=9)


@given(st.lists(WORD, min_size=2, max_size=5), st.randoms(), st.text(max_size=40))
def test_a_name_is_found_in_any_order_and_case(words: list[str], chance, text: str) -> None:  # type: ignore[no-untyped-def]
    listed = _opened(" ".join(words))
    turned = [chance.choice([str.upper, str.lower, str])(word) for word in words]
    chance.shuffle(turned)
    # ß and the like change their length when they are raised: then both are folded alike
    found = search(listed, f". {' '.join(turned)} .{text}")
    assert found
    assert found[0].match in (Match.NAME, Match.PART)


@given(st.text(max_size=300))
def test_no_text_stops_the_search_and_every_place_lies_in_it(text: str) -> None:
    for one in search(_opened(*LISTED), text):
        assert 0 <= one.at < one.at + one.length <= len(text)
    for view in views(text):
        origins = [view.origin(place) for place in range(len(view.text) + 1)]
        assert origins == sorted(origins)
        assert 0 <= origins[0] <= origins[-1] <= len(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "ab", "de la", "12345", "1" * 21, "aa bb cc dd ff gg hh", "-", "🙂"]
)
def test_what_would_be_found_everywhere_is_not_taken(text: str) -> None:
    with pytest.raises(RecordRefused):
        forms(text)


def test_the_list_is_kept_in_the_register_and_holds_no_name(
    any_register: Register,
) -> None:
    with store.writing(any_register, "ana", NOW) as txn:
        assert names.add(txn, LISTED) == 6
        # in the same transaction too
        assert names.add(txn, [NAME.upper(), "Otra Nadie"]) == 1
    assert names.count(any_register) == 7
    assert [one.match for one in names.found_in(any_register, "Otra Nadie, 40123456")] == [
        Match.NAME,
        Match.NUMBER,
    ]
    said = json.dumps([kept.content for kept in store.every(any_register, Noun.NAMES)])
    for word in ("zulmira", "nadie", "987", "4012", "chich"):
        assert word not in said.casefold()
    with any_register.engine.connect() as connection:
        blobs = connection.execute(select(TABLES[Noun.NAMES].c.sealed)).scalars().all()
    assert all(b"forms" not in bytes(blob) for blob in blobs)


def test_a_name_that_was_taken_off_is_not_found_and_the_others_are(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        names.add(txn, LISTED)
    with store.writing(register, "ana", NOW) as txn:
        assert names.remove(txn, ["inventada FICTICIA peñíscola zulmira", "Nunca Estuvo"]) == 1
    assert names.count(register) == 5
    assert names.found_in(register, NAME) == []
    assert names.found_in(register, "Fulano Cumbre")


def test_nothing_is_added_when_one_line_cannot_be_looked_for(register: Register) -> None:
    with (
        pytest.raises(RecordRefused, match="Línea 2") as told,
        store.writing(register, "ana", NOW) as txn,
    ):
        names.add(txn, [NAME, "zz", "Otra Nadie"])
    assert "zz" not in str(told.value)
    assert names.count(register) == 0
    assert names.opened(register) is None
    assert names.found_in(register, NAME) == []


def test_the_list_outlives_a_change_of_keys(register: Register, secret: Secret) -> None:
    with store.writing(register, "ana", NOW) as txn:
        names.add(txn, LISTED)
    rotated = rotate(register, (secret,), "ana", NOW)
    assert names.found_in(rotated, NAME)
    with store.writing(rotated, "ana", NOW) as txn:
        assert names.add(txn, [NAME]) == 0


def test_the_same_name_on_two_lists_is_kept_under_different_hashes(
    register: Register, tmp_path: Path, secret: Secret
) -> None:
    from geo.register import opening

    other = opening.create("", tmp_path / "other", (secret,))
    lists = []
    for one in (register, other):
        with store.writing(one, "ana", NOW) as txn:
            names.add(txn, [NAME])
        opened = names.opened(one)
        assert opened is not None
        lists.append(set(opened.forms) | opened.signs)
        assert NAME not in repr(opened)
    assert not lists[0] & lists[1]
    opening.close(other)


def test_a_thousand_names_are_looked_for_in_a_large_file(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        names.add(txn, [f"Nombre{_letters(n)} Apellido{_letters(n)} Ficticio" for n in range(1000)])
    opened = names.opened(register)
    assert opened is not None
    filler = "Concesión minera de la cuenca del río, -72.123456, -12.654321; " * 20_000
    found = search(opened, f"{filler}Apellido{_letters(7)}, Nombre{_letters(7)}. {filler}")
    assert [(one.match, one.at) for one in found] == [(Match.PART, len(filler))]


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_every_name_that_is_taken_off_at_once_goes(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        names.add(txn, LISTED)
    with store.writing(register, "ana", NOW) as txn:
        assert names.remove(txn, LISTED[:4]) == 4
    assert names.count(register) == len(LISTED) - 4


def test_a_whole_name_is_one_also_where_it_is_a_part_of_another(register: Register) -> None:
    """Which is kept first hangs on chance: a dozen of them."""
    made = [f"Zulmira Inventad{chr(letter)}" for letter in range(ord("b"), ord("n"))]
    with store.writing(register, "ana", NOW) as txn:
        names.add(txn, [one for name in made for one in (name, f"{name} Ficticia")])
    for name in made:
        assert [one.match for one in names.found_in(register, name)] == [Match.NAME]
