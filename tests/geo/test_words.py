"""Words: Spanish is always there, and every word of a closed list can be read."""

import pytest

from geo import terms
from geo.errors import DeclarationError
from geo.schema.labels import LABELS
from geo.words import clean, words

SPANISH = words("es", "")


def test_no_word_of_a_closed_list_reaches_a_reader_as_a_code() -> None:
    lists = [found for found in vars(terms).values() if isinstance(found, type)]
    for closed in lists:
        if issubclass(closed, terms.StrEnum) and closed is not terms.StrEnum:
            assert set(LABELS[closed]) == set(closed), closed


def test_a_sentence_that_nobody_translated_is_said_in_spanish() -> None:
    english = words("en", 'msgid "minería"\nmsgstr "mining"\n')
    assert english.say("minería") == "mining"
    assert english.say("hidrocarburos") == "hidrocarburos"


def test_hectares_are_written_as_peru_writes_them() -> None:
    assert SPANISH.number(31423.7) == "31,423.7000"
    assert SPANISH.number(None) == "desconocido"


def test_a_date_is_said_no_more_precisely_than_it_is_known() -> None:
    assert SPANISH.date("1994-06-24") == "24 de junio de 1994"
    assert SPANISH.date("1994-06") == "junio de 1994"
    assert SPANISH.date("1994") == "1994"
    assert SPANISH.date(None) == "desconocida"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(DeclarationError, match="xx"):
        words("xx", "")


def test_a_name_cannot_turn_the_sentence_around_it() -> None:
    assert clean("a\u202eb\x00c") == "a b c"
