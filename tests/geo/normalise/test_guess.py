from collections.abc import Callable, Mapping

from geo.country import Country
from geo.declared import Source
from geo.normalise.guess import looks_like, source_for
from geo.normalise.layer import normalise
from geo.terms import Noun


def test_a_cadastre_s_file_is_recognised_by_its_fields(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source]
) -> None:
    raw = raw_of([square()], codigou=["01"], CONCESION=["A"], FEC_DENU=["2016"], otra=[1])
    assert source_for(raw, Noun.CONCESSION, sources.values()).id == "pe-ingemmet-mining"


def test_a_signature_of_the_other_noun_does_not_count(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source]
) -> None:
    raw = raw_of([square()], CODIGOU=["01"], CONCESION=["A"], FEC_DENU=["2016"])
    assert source_for(raw, Noun.TERRITORY, sources.values()).id == "file-territory"


def test_the_longest_signature_wins(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source]
) -> None:
    fields = {name: ["x"] for name in ("anp_codi", "anp_nomb", "anp_cate")}
    more = {name: ["x"] for name in ("anp_nombre", "acp_nomb", "acr_nomb", "zr_nomb", "src")}
    one = source_for(raw_of([square()], **fields), Noun.TERRITORY, sources.values())
    both = source_for(raw_of([square()], **fields, **more), Noun.TERRITORY, sources.values())
    assert (one.id, both.id) == ("pe-sernanp-protected", "pe-perugeopkg-protected")


def test_an_unknown_file_promises_nothing_that_it_does_not_say(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source], country: Country
) -> None:
    raw = raw_of(
        [square(), square(485)], codigo=["007", "008"], nombre=["A", None], titular=["X", "Y"]
    )
    source = source_for(raw, Noun.TERRITORY, sources.values())
    frame = normalise(raw, source, country).frame
    assert frame["key"].tolist() == ["file-territory:007", "file-territory:008"]
    assert frame["tenure"].tolist() == ["unknown", "unknown"]
    assert frame["error_m"].isna().all()
    assert frame["tier"].eq("restricted").all()


def test_a_code_that_repeats_identifies_nothing(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source]
) -> None:
    raw = raw_of([square(), square(485)], codigo=["7", "7"])
    assert source_for(raw, Noun.CONCESSION, sources.values()).fields["native_id"] == "@row"


def test_one_repeated_and_one_missing_code_do_not_take_the_codes_of_the_others(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source], country: Country
) -> None:
    shapes = [square(480 + 2 * n) for n in range(5)]
    raw = raw_of(shapes, codigo=["0007", "0008", None, "0007", "1"], id=[0, 1, 2, 3, 4])
    source = source_for(raw, Noun.CONCESSION, sources.values())
    layer = normalise(raw, source, country)
    assert layer.frame["native_id"].tolist() == ["0007", "0008", "fila-2", "0007", "1"]
    assert layer.frame["key"].is_unique


def test_a_row_s_number_cannot_be_taken_for_a_code_that_people_write(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source], country: Country
) -> None:
    raw = raw_of([square(), square(485)], expediente=["2", "1"])
    source = source_for(raw, Noun.CONCESSION, sources.values())
    layer = normalise(raw, source, country)
    assert layer.frame["native_id"].tolist() == ["fila-0", "fila-1"]
    of_file = layer.ledger.deeds["row"].isna()
    assert layer.ledger.deeds.loc[of_file, "reason"].str.contains("número de fila").any()


def test_the_check_says_of_every_field_what_it_looks_like(
    raw_of: Callable, square: Callable, sources: Mapping[str, Source]
) -> None:
    raw = raw_of([square()], CODIGOU=["01"], CONCESION=["A"], FEC_DENU=["2016"], rara=["x"])
    table = looks_like(raw, sources.values()).set_index("field")
    assert table.loc["FEC_DENU", ["ours", "source"]].tolist() == ["filed_on", "pe-ingemmet-mining"]
    assert table.loc["rara", ["ours", "source"]].tolist() == ["", ""]
    assert len(table) == 4
