"""data/*.toml: a typing mistake is refused with the name of its file and key."""

import pytest

from geo.declared import Source, parse
from geo.errors import DeclarationError

GOOD = """
id = "x"
title = "t"
publisher = "p"
noun = "concession"
[way]
protocol = "file"
[rights]
licence = "unknown"
redistribute = false
[place]
error_m = 5
[fields]
native_id = "CODIGO"
name = ["A", "B"]
[status]
"Titulado" = "titled"
"""


def test_a_source_reads_as_it_was_written() -> None:
    source = parse(GOOD, Source, "data/sources/x.toml")
    assert source.place.error_m == 5.0
    assert source.fields["name"] == ("A", "B")
    assert source.status["Titulado"] == "titled"
    assert source.tier == "restricted"


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ('title = "t"', 'titel = "t"', "titel"),
        ('"concession"', '"concesion"', "noun"),
        ('id = "x"', "id = 7", "id"),
        ("error_m = 5", 'error_m = "cinco"', "error_m"),
        ("redistribute = false", 'redistribute = "no"', "redistribute"),
        ('= "titled"', '= "Titled"', "status"),
        ('native_id = "CODIGO"', "native_id = 3", "native_id"),
    ],
)
def test_a_typing_mistake_is_refused_by_file_and_key(right: str, wrong: str, named: str) -> None:
    assert right in GOOD
    with pytest.raises(DeclarationError, match=rf"data/sources/x\.toml: .*{named}"):
        parse(GOOD.replace(right, wrong), Source, "data/sources/x.toml")


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(DeclarationError, match="TOML"):
        parse("id = ", Source, "data/sources/x.toml")
