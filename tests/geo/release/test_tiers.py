"""What a tier would learn, or lose, if its rows were cut wrongly."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.release import tiers
from geo.release.content import Content
from geo.schema.columns import Column, of_noun
from geo.stages import Flagged, Layer
from geo.terms import Noun, Tier

COLUMNS = of_noun(Noun.CONCESSION)


def test_a_tier_holds_its_own_rows_and_those_below(concessions: Layer) -> None:
    for tier, count in ((Tier.PUBLIC, 3), (Tier.PARTNER, 3), (Tier.RESTRICTED, 4)):
        assert len(tiers.for_tier(concessions.frame, tier, COLUMNS)) == count


def test_a_row_that_says_no_tier_is_nobodys_to_publish(concessions: Layer) -> None:
    untold = concessions.frame.assign(tier=pd.Series(pd.NA, index=concessions.frame.index))
    assert len(tiers.for_tier(untold, Tier.PARTNER, COLUMNS)) == 0


@pytest.mark.parametrize("tier", [Tier.PUBLIC, Tier.PARTNER])
def test_a_person_is_not_named_and_a_company_is(concessions: Layer, tier: Tier) -> None:
    shown = tiers.for_tier(concessions.frame, tier, COLUMNS).set_index("native_id")
    assert shown["holder"].tolist() == [
        "persona natural",
        "Minera Ilustrativa S.A.C.",
        "titular no clasificado",
    ]
    assert shown["name"].tolist() == ["(nombre reservado)", "<b>ORO & CIA</b>", "=1+1"]
    assert shown.loc["010000001", "documents"] == "(texto reservado)"


def test_the_restricted_release_withholds_nothing(concessions: Layer, person: str) -> None:
    shown = tiers.for_tier(concessions.frame, Tier.RESTRICTED, COLUMNS)
    assert shown["holder"].iloc[0] == person
    assert shown["name"].iloc[0] == "QUILLAHUAMAN EUSTAQUIO 2"


def test_an_unclassified_holder_is_treated_as_a_person(concessions: Layer) -> None:
    untold = concessions.frame.assign(
        holder_kind=pd.Series(pd.NA, index=concessions.frame.index, dtype="string")
    )
    shown = tiers.for_tier(untold, Tier.PUBLIC, COLUMNS)
    assert set(shown["holder"]) == {"titular no clasificado"}
    assert shown["name"].iloc[0] == "(nombre reservado)"


def test_a_holder_nobody_knows_stays_unknown(concessions: Layer) -> None:
    none = concessions.frame.assign(
        holder=pd.Series(pd.NA, index=concessions.frame.index, dtype="string")
    )
    assert tiers.for_tier(none, Tier.PUBLIC, COLUMNS)["holder"].isna().all()


def test_a_column_above_the_tier_is_absent_not_empty(concessions: Layer) -> None:
    columns = tuple(
        Column(c.name, c.dtype, c.label, c.meaning, c.unit, Tier.PARTNER) if c.name == "row" else c
        for c in COLUMNS
    )
    assert "row" not in tiers.for_tier(concessions.frame, Tier.PUBLIC, columns)
    assert "row" in tiers.for_tier(concessions.frame, Tier.PARTNER, columns)


def test_the_layer_handed_in_is_not_changed(concessions: Layer, person: str) -> None:
    tiers.for_tier(concessions.frame, Tier.PUBLIC, COLUMNS)
    assert concessions.frame["holder"].iloc[0] == person


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EUSTAQUIO ZUNIGA", True),
        ("Zúñiga-Quillahuamán 2006", True),
        ("QUILLAHUAMANEUSTAQUIO I", True),
        ("EUSTAQUIO", False),
        ("SAN EUSTAQUIO DE ORO", False),
        ("", False),
    ],
)
def test_a_rights_name_that_repeats_its_holder_is_recognised(
    text: str, told: bool, person: str
) -> None:
    assert tiers.repeats(text, person) is told


@pytest.mark.parametrize("lost", ["\ufffd", "¥", "Ã‘", "Ã?", "?", "Ñ"])
def test_a_letter_that_was_lost_in_either_text_hides_nobody(lost: str) -> None:
    assert tiers.repeats("ORDOÑEZ ZUÑIGA 3", f"ORDO{lost}EZ ZU{lost}IGA, X")
    assert tiers.repeats(f"ORDO{lost}EZ ZU{lost}IGA 3", "ORDOÑEZ ZUÑIGA, X")
    assert not tiers.repeats("ORDEN DE LA ZONA", f"ORDO{lost}EZ ZU{lost}IGA, X")


def test_particles_alone_repeat_nobody() -> None:
    assert not tiers.repeats("MINA DE LA CRUZ", "ROJAS DE LA VEGA")
    assert tiers.repeats("VEGA ROJAS 1", "ROJAS DE LA VEGA")


def test_a_sentence_of_ours_is_not_withheld_for_its_own_words() -> None:
    assert not tiers.names("Posterior al título de la comunidad.", "COMUNIDAD UNO TITULO")
    assert tiers.names("Es de Rojas de la Vega.", "ROJAS DE LA VEGA")


@given(
    st.lists(st.text("ABCDÑÉ", min_size=2, max_size=9), min_size=2, max_size=5, unique=True),
    st.randoms(use_true_random=False),
)
def test_any_two_words_of_a_holder_in_any_order_and_case_are_found(words, random) -> None:
    two = random.sample(words, 2)
    assert tiers.repeats(f"{two[0].lower()} 7 {two[1].title()}", " ".join(words))


def test_an_overlap_stands_where_both_sides_do(
    flagged: Flagged, concessions: Layer, territories: Layer
) -> None:
    rights = tiers.for_tier(concessions.frame, Tier.PUBLIC, COLUMNS)
    land = tiers.for_tier(territories.frame, Tier.PUBLIC, of_noun(Noun.TERRITORY))
    kept = tiers.pairs_for_tier(flagged.overlaps.frame, rights, land)
    assert list(zip(kept["concession_id"], kept["territory_id"], strict=True)) == [
        ("010000001", "T-001"),
        ("010000002", "T-002"),
        ("010000002", "T-001"),
    ]
    assert kept["concession_name"].iloc[0] == "(nombre reservado)"
    flags = tiers.flags_for_tier(flagged.flags, kept, concessions.frame, Tier.PUBLIC)
    assert len(flags) == 6
    assert flags["es"].iloc[0] == (
        "El derecho (nombre reservado) de persona natural es posterior al título."
    )
    assert flags["en"].iloc[0] == "The right (nombre reservado) is later than the title."


def test_a_total_that_rests_on_a_hidden_overlap_is_not_told(
    content: Content, flagged: Flagged, concessions: Layer, territories: Layer
) -> None:
    rights = tiers.for_tier(concessions.frame, Tier.PUBLIC, COLUMNS)
    land = tiers.for_tier(territories.frame, Tier.PUBLIC, of_noun(Noun.TERRITORY))
    pairs = flagged.overlaps.frame
    kept = tiers.pairs_for_tier(pairs, rights, land)
    unions = tiers.of_whole_keys(content.unions, pairs, kept, (rights, land))
    assert unions["key"].tolist() == ["com:T-001", "com:T-002"]
    between = tiers.of_whole_keys(content.between, pairs, kept, (rights, land))
    assert between["b_key"].tolist() == ["com:T-002"]


def test_the_ledger_keeps_what_was_done_and_not_whom_it_names(
    content: Content, concessions: Layer, territories: Layer, person: str
) -> None:
    told = tiers.deeds_for_tier(
        concessions.ledger.deeds,
        (concessions.frame, territories.frame),
        Tier.PUBLIC,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
    ).set_index("step")
    assert told.index.tolist() == ["mojibake", "dates", "geometry", "duplicates"]
    assert told.loc["dates", "before"] == "1899-11-30"
    assert told.loc["geometry", "before"] == "4.00 ha"
    assert told.loc["geometry", "reason"] == "(texto reservado)"
    assert told.loc["mojibake", ["before", "after"]].tolist() == ["", ""]
    assert told.loc["duplicates", "before"] == ""


def test_a_file_with_one_restricted_row_keeps_its_ledger_to_itself(
    content: Content, concessions: Layer, territories: Layer, retiered: Callable
) -> None:
    frame = concessions.frame.assign(snapshot=concessions.frame["snapshot"].iloc[0])
    told = tiers.deeds_for_tier(
        concessions.ledger.deeds,
        (frame, territories.frame),
        Tier.PUBLIC,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
    )
    assert told.empty


def test_a_condition_on_the_rows_that_names_a_person_is_not_told(
    content: Content, concessions: Layer, territories: Layer
) -> None:
    where = "TITULAR = 'NADIE NADIE'"
    kept_out = concessions.ledger.deeds.iloc[[3]].assign(reason=f"No cumple la condición: {where}")
    told = tiers.deeds_for_tier(
        kept_out,
        (concessions.frame, territories.frame),
        Tier.PUBLIC,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
        [where],
    )
    assert told["reason"].tolist() == ["No cumple la condición: (texto reservado)"]


def test_of_a_row_that_was_left_out_no_value_is_told(
    content: Content, concessions: Layer, territories: Layer
) -> None:
    nobodys = concessions.ledger.deeds.iloc[[1]].assign(row=999, before="ALGUIEN DE EJEMPLO")
    told = tiers.deeds_for_tier(
        nobodys.astype(concessions.ledger.deeds.dtypes.to_dict()),
        (concessions.frame, territories.frame),
        Tier.PUBLIC,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
    )
    assert told["step"].tolist() == ["dates"]
    assert told["before"].tolist() == [""]


@pytest.mark.parametrize(
    ("field", "value", "stays"),
    [
        ("filed_on", "1999-01-01 PERSONA DE EJEMPLO", False),
        ("filed_on", "PERSONA DE EJEMPLO", False),
        ("filed_on", "45678901", False),
        ("filed_on", "32/13/2016", True),
        ("area_cadastre_ha", "100 ha de PERSONA DE EJEMPLO", False),
        ("area_cadastre_ha", "1.000,50.2", True),
        ("area_title_ha", "m2", True),
    ],
)
def test_a_name_written_in_a_field_of_dates_or_figures_is_not_told_by_the_ledger(
    content: Content,
    concessions: Layer,
    territories: Layer,
    field: str,
    value: str,
    stays: bool,
) -> None:
    odd = concessions.ledger.deeds.iloc[[1]].assign(field=field, before=value, after="")
    told = tiers.deeds_for_tier(
        odd.astype(concessions.ledger.deeds.dtypes.to_dict()),
        (concessions.frame, territories.frame),
        Tier.PUBLIC,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
    )
    assert told["before"].tolist() == [value if stays else "(texto reservado)"]
