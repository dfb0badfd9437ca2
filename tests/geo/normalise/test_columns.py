"""Words and figures: text, codes, numbers, holders, closed lists."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.normalise.fields import figures_of
from geo.normalise.holders import kinds
from geo.normalise.text import mended


def one(text: str) -> str:
    return str(mended(pd.Series([text], dtype="string"))[0])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LOTE NÂº 20", "LOTE Nº 20"),
        ("Ñ Y NÂº 1", "Ñ Y Nº 1"),  # the true Ñ beside it stays
        ("TrÃ¡mite", "Trámite"),
        ("COMPAÃ\x91IA", "COMPAÑIA"),  # Latin-1
        ("COMPAÃ‘IA", "COMPAÑIA"),  # Windows-1252
        ("aÃƒÂ±o", "año"),  # twice
        ("SÃO PAULO", "SÃO PAULO"),  # true Portuguese
        ("Comunidad “TUCUMÃ”", "Comunidad “TUCUMÃ”"),
        ("Irmã IRMÃ–SANTA", "Irmã IRMÃ–SANTA"),
        ("MAÇÃ\u00a0VERDE", "MAÇÃ\u00a0VERDE"),
        ("HÃ”TEL", "HÔTEL"),  # Windows-1252
        ("MARí\x8dA", "MARí\x8dA"),  # a mending that cannot be proved
    ],
)
def test_only_provable_mojibake_is_mended(before: str, after: str) -> None:
    assert one(before) == after


@given(st.text(st.sampled_from("abcABC áéíóúñÁÉÍÓÚÑüÜ°º 12"), max_size=30))
def test_true_spanish_is_never_changed_and_its_misreading_always_comes_back(text: str) -> None:
    assert one(text) == text
    assert one(text.encode("utf-8").decode("latin-1")) == text


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("400.0", 400.0),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("12,5", 12.5),
        ("1,234,567", 1234567.0),
        ("400 ha", 400.0),
        ("31,423", None),  # thousands to some, decimals to others
        ("cien", None),
        ("inf", None),
        ("1e999", None),
    ],
)
def test_a_figure_that_can_be_read_in_two_ways_is_not_read(text: str, figure: float | None) -> None:
    figures, unread = figures_of(pd.Series([text], dtype="string"))
    assert (None if pd.isna(figures[0]) else figures[0]) == figure
    assert unread[0] == (figure is None)


@pytest.mark.parametrize(
    ("holder", "kind"),
    [
        ("EJEMPLO S.A.C.", "company"),
        ("EJEMPLO SAC", "company"),
        ("EJEMPLO S.A.", "company"),
        ("EJEMPLO S. A. C.", "company"),
        ("EJEMPLO E.I.R.L. Y OTROS", "company"),
        ("S.M.R.L. EJEMPLO UNO", "company"),
        ("COMPAÑIA MINERA DE EJEMPLO", "company"),
        ("EJEMPLO SOCIEDAD ANONIMA CERRADA", "company"),
        ("COMUNIDAD CAMPESINA DE EJEMPLO", "community"),
        ("Comunidad Nativa Ejemplo", "community"),
        ("GOBIERNO REGIONAL DE EJEMPLO", "state"),
        ("MUNICIPALIDAD DISTRITAL DE EJEMPLO", "state"),
        ("PERSONA DE EJEMPLO", "natural-person"),
        ("PERSONA DE EJEMPLO Y OTROS", "natural-person"),
        ("PERSONA DE SA", "natural-person"),
        ("PERSONA S. A. EJEMPLO", "natural-person"),
        ("PERSONA S.A. EJEMPLO", "natural-person"),
        ("EJEMPLO SACO", "natural-person"),
        ("SOCIEDAD CONYUGAL EJEMPLO-EJEMPLO", "natural-person"),
        ("SUCESION EJEMPLO", "natural-person"),
        ("MINERVA EJEMPLO", "natural-person"),
        # several in one field, or somebody who acts for one: a person may be among them
        ("PERSONA DE EJEMPLO Y MINERA EJEMPLO S.A.C.", "unknown"),
        ("APELLIDO EJEMPLO, PERSONA Y EJEMPLO S.A.C.", "unknown"),
        ("MINERA EJEMPLO S.A.C. Y PERSONA DE EJEMPLO", "unknown"),
        ("MINERA EJEMPLO S.A.C., PERSONA DE EJEMPLO", "unknown"),
        ("PERSONA DE EJEMPLO / MINERA EJEMPLO S.A.C.", "unknown"),
        ("MINERA EJEMPLO S.A.C. / APELLIDO", "unknown"),
        ("COMUNIDAD NATIVA EJEMPLO, PERSONA DE EJEMPLO", "unknown"),
        ("COMUNIDAD NATIVA EJEMPLO REPRESENTADA POR PERSONA DE EJEMPLO", "unknown"),
        ("COMUNIDAD NATIVA EJEMPLO - PRESIDENTA PERSONA DE EJEMPLO", "unknown"),
        ("COMUNIDAD NATIVA EJEMPLO (APU PERSONA)", "unknown"),
        ("MUNICIPALIDAD DISTRITAL DE EJEMPLO (PERSONA DE EJEMPLO)", "unknown"),
        ("MINERA EJEMPLO S.A.C. Y OTROS", "company"),
        ("EJEMPLO, S.A.C.", "company"),
        ("EJEMPLO S.A.C. EN LIQUIDACION", "company"),
        ("EJEMPLO (PERU) S.A.C.", "company"),
        ("MINERA EJEMPLO S.A. - SUCURSAL DEL PERU", "company"),
        ("MINERA EJEMPLO S.A.C. / EJEMPLO DOS S.R.L.", "company"),
        ("S.M.R.L. PRESIDENTE EJEMPLO", "company"),
        ("EJEMPLO Y CIA. S.A.", "company"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_in_doubt_a_holder_is_a_person_whose_name_is_not_published(
    holder: str | None, kind: str
) -> None:
    assert kinds(pd.Series([holder], dtype="string"))[0] == kind
