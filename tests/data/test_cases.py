"""The cases and the judgment: what a reader, and a defender, would lose if a file went wrong."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.cases import (
    KIND_LABELS,
    Case,
    CaseKind,
    Judgment,
    ListStatus,
    elapsed,
    parse_case,
    parse_judgment,
)
from geo.errors import DeclarationError
from geo.terms import Sure

DATA = Path(__file__).resolve().parents[2] / "data"
IDS = {
    "tres-islas",
    "uchunya",
    "saweto",
    "nueva-austria",
    "catacaos",
    "chaparri",
    "espinar",
    "cajamarca",
    "marcona",
    "ordenanza-010-2018-gru",
}
ONE_PERSON = ("cajamarca", "marcona")

# words that this project never says of a right, a holder or a person; a marked quotation may
FORBIDDEN = re.compile(
    r"ilegal|illegal|unlawful|\bnul[oa]s?\b|nulidad|\bvoid\b|\bnull\b|annul|inconstitucional|unconstitutional"
    r"|invasi[oó]n|invad|usurpaci[oó]n|traficante|terrorist|criminales|mafia",
    re.IGNORECASE,
)
# an easting, a northing, a longitude or latitude with decimals, degrees and minutes, plus codes
COORDINATE = re.compile(
    r"-\d{1,2}\.\d|\b\d{1,2}\.\d{2,}\s*[,;]\s*-?\d{1,3}\.\d{2,}|\d\s*°|\d\s*[′']\s*\d|\b\d{6,7}(?:\.\d+)?\s*[,;]\s*\d{7}"
)
PLACE_KEYS = {"lat", "lon", "latitude", "longitude", "x", "y", "coords", "coordinates", "geometry"}
FINER_THAN_DISTRICT = re.compile(
    r"\bkm\s*\d|caser[ií]o|centro poblado|quebrada|\bsector\b|\banexo\b|\bparcela\b|\blote\b"
    r"|hamlet|homestead",
    re.IGNORECASE,
)


def files(folder: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((DATA / folder).glob("*.toml"))}


def case(name: str) -> Case:
    return parse_case(files("cases")[name].read_text(encoding="utf-8"), f"data/cases/{name}.toml")


def judgment() -> Judgment:
    path = DATA / "judgments" / "pe-00675-2017-0-2701.toml"
    return parse_judgment(path.read_text(encoding="utf-8"), path.name)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_every_case_of_the_mission_is_there() -> None:
    assert set(files("cases")) == IDS


@pytest.mark.parametrize("name", sorted(IDS))
def test_every_fact_says_in_both_languages_what_who_says_it_and_how_sure(name: str) -> None:
    facts = case(name).fact
    assert facts
    for fact in facts:
        assert fact.es.strip()
        assert fact.en.strip()
        assert fact.source.strip()
        assert isinstance(fact.sure, Sure)
        # a reader cannot check «a public source»: it is then to be confirmed
        if "por precisar" in fact.source or "sin documento" in fact.source:
            assert fact.to_be_confirmed


@pytest.mark.parametrize("name", sorted(IDS))
def test_no_case_speaks_a_verdict_outside_a_marked_quotation(name: str) -> None:
    said = case(name)
    ours = [said.title, said.title_en]
    ours += [t for f in said.fact if not f.quote for t in (f.es, f.en)]
    ours += [t for d in said.differ for t in (d.es, d.en)]
    ours += [
        t for d in said.differ for v in d.voices if not v.quote for t in (v.value, v.value_en or "")
    ]
    ours += [t for s in (*said.span, *said.unknown) for t in (s.es, s.en)]
    if said.withheld is not None:
        ours += [said.withheld.es, said.withheld.en]
    assert [text for text in ours if FORBIDDEN.search(text)] == []
    for fact in said.fact:
        if fact.quote:  # a quotation shows its marks in both languages
            assert re.search("[«“]", fact.es)
            assert re.search("[«“]", fact.en)


@pytest.mark.parametrize("name", sorted(IDS))
def test_no_case_can_be_drawn_on_a_map(name: str) -> None:
    text = files("cases")[name].read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    assert not PLACE_KEYS & {string.lower() for string in strings(raw)}
    assert [s for s in strings(raw) if COORDINATE.search(s)] == []
    assert [s for s in strings(raw) if FINER_THAN_DISTRICT.search(s)] == []


@pytest.mark.parametrize("name", ONE_PERSON)
def test_a_case_that_would_identify_one_person_stays_at_the_department(name: str) -> None:
    said = case(name)
    assert said.province is None
    assert said.district is None
    assert said.place == said.department
    assert said.withheld is not None
    assert not any(fact.quote for fact in said.fact)  # literal words lead to the page with the name
    assert said.judgments == ()
    assert said.territories == ()
    assert said.span == ()
    text = " ".join(strings(tomllib.loads(files("cases")[name].read_text(encoding="utf-8"))))
    finer = (
        r"\bMC[ -]?\d|\bRes\. ?\d|\bExp\.|\bha\b|hect[aá]rea|S\. ?A\.|\bprovinc|\bdistri"
        r"|president|minera [A-Z]|\bproyecto\b|\bproject\b"
    )
    assert re.findall(finer, text) == []


@pytest.mark.parametrize("name", sorted(IDS))
def test_nobody_is_called_by_an_office_that_one_person_holds(name: str) -> None:
    text = " ".join(strings(tomllib.loads(files("cases")[name].read_text(encoding="utf-8"))))
    office = (
        r"\b(president[ea]?|apu|jef[ea] de la comunidad|abogad[oa]|médic[oa]|lawyer|doctor|esposa"
        r"|viuda|hij[oa] de|herman[oa] de|wife|widow|brother|sister)\b"
    )
    assert re.findall(office, text, re.IGNORECASE) == []


def test_tres_islas_is_tied_to_the_judgment_and_only_illustratively_to_shapes() -> None:
    said = case("tres-islas")
    assert said.judgments == ("pe-00675-2017-0-2701",)
    assert said.territories == ()
    assert said.demo_territories == ("demo-territories:T-001", "demo-territories:T-002")


def test_illustrative_ties_of_cases_name_rows_of_the_demonstration() -> None:
    native = re.compile(r'"codigo":"([^"]+)"')
    rows = native.findall((DATA / "demo" / "demo-territories.geojson").read_text(encoding="utf-8"))
    for name in IDS:
        for key in case(name).demo_territories:
            assert key.removeprefix("demo-territories:") in rows


def test_no_right_is_said_to_be_listed_while_the_list_is_not_at_hand() -> None:
    order = judgment()
    assert order.list_status is ListStatus.NOT_AVAILABLE
    assert order.listed == ()
    assert order.cases == ("tres-islas",)
    assert {voice.value for voice in order.counts} == {"127", "137", "más de 140", "más de 150"}
    assert all(voice.source for voice in order.counts)


def test_a_judgment_and_its_cases_name_one_another() -> None:
    for name in IDS:
        for named in case(name).judgments:
            assert named in files("judgments")
    for named in judgment().cases:
        assert judgment().id in case(named).judgments


def test_a_duration_is_computed_and_not_copied_from_a_statement() -> None:
    # 1 Sep 2014 to 3 Feb 2020: five years to 1 Sep 2019, five months to 1 Feb 2020, two days
    assert elapsed("2014-09-01", "2020-02-03") == (5, 5)
    assert [span.years_and_months for span in case("saweto").span] == [(5, 5), (10, 11)]
    assert [span.years_and_months for span in case("tres-islas").span] == [(1, 1), (0, 11)]


@given(st.dates(), st.dates())
def test_whole_months_fit_between_two_days_and_one_more_does_not(a: object, b: object) -> None:
    early, late = sorted((a, b))
    years, months = elapsed(early.isoformat(), late.isoformat())
    total = years * 12 + months
    assert 0 <= months < 12

    def plus(n: int) -> tuple[int, int, int]:
        shifted = early.month - 1 + n
        return early.year + shifted // 12, shifted % 12 + 1, early.day

    end = (late.year, late.month, late.day)
    assert plus(total) <= end < plus(total + 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('on = "2011-02-30"', "2011-02-30"),
        ('on = "24/06/1994"', "24/06/1994"),
        ("on = 1994-06-24", "on"),
        ('lat = "-12"', "lat"),
        ('sure = "certain"', "sure"),
        ('source = " "', "source"),
    ],
)
def test_a_slip_in_a_fact_is_refused_with_the_name_of_its_file(line: str, said: str) -> None:
    key = line.split(" =", maxsplit=1)[0]
    fact = {"es": '"a"', "en": '"b"', "source": '"c"', "sure": '"found"'}
    lines = [f"{k} = {v}" for k, v in fact.items() if k != key] + [line]
    text = 'id = "x"\ntitle = "t"\ntitle_en = "t"\ndepartment = "d"\nkinds = []\n[[fact]]\n'
    with pytest.raises(DeclarationError) as refused:
        parse_case(text + "\n".join(lines), "data/cases/x.toml")
    assert "x.toml" in str(refused.value)
    assert said in str(refused.value)


def test_a_case_whose_id_is_not_its_file_is_refused() -> None:
    text = files("cases")["saweto"].read_text(encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"uchunya\.toml"):
        parse_case(text, "data/cases/uchunya.toml")


def test_every_kind_of_case_has_words_for_its_readers() -> None:
    assert set(KIND_LABELS) == set(CaseKind)
