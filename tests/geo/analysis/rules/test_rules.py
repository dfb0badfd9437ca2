"""The decision table, worked out on paper."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from geo.analysis.facts import gather
from geo.analysis.flags import judge
from geo.analysis.rulebook import RuleBook
from geo.cases import Judgment, ListStatus
from geo.stages import Flagged, Layer, Overlaps
from geo.terms import Noun
from geo.words import words

Ask = Callable[..., str]
Flag = Callable[..., Flagged]

NOT_FOUND = {
    "consultation_search": "not found",
    "consultation_searched_on": "2026-10-05",
    "consultation_register": "Base de consulta («nombre»)",
}
TITLE = {"titled_on": "1994-06-24"}

YES, NO, UNKNOWN, SILENT = "yes", "no", "unknown", "not asked"


@pytest.mark.parametrize(
    ("code", "right", "said"),
    [
        # the same day
        ("MIN-MISMA-FECHA", {"filed_on": "1994-06-24"}, YES),
        ("MIN-POST-TIT", {"filed_on": "1994-06-24"}, NO),
        ("MIN-PRE-TIT", {"filed_on": "1994-06-24"}, NO),
        ("MIN-MISMA-FECHA", {"filed_on": "1994-06"}, UNKNOWN),
        ("MIN-MISMA-FECHA", {"filed_on": "1995"}, NO),
        # one day apart
        ("MIN-POST-TIT", {"filed_on": "1994-06-25"}, YES),
        ("MIN-PRE-TIT", {"filed_on": "1994-06-23"}, YES),
        ("MIN-POST-TIT", {"filed_on": "1995-02-02"}, YES),
        # a date of which only the year is known
        ("MIN-POST-TIT", {"filed_on": "1994"}, UNKNOWN),
        ("MIN-POST-TIT", {"filed_on": "1995"}, YES),
        ("MIN-PRE-TIT", {"filed_on": "1993"}, YES),
        ("MIN-POST-TIT", {}, UNKNOWN),
        # a grant is no filing
        ("MIN-POST-TIT", {"granted_on": "2001"}, UNKNOWN),
        # filed before, granted after
        ("MIN-OTORG-POST-TIT", {"filed_on": "1994-01-01", "granted_on": "1994-06-25"}, YES),
        ("MIN-OTORG-POST-TIT", {"filed_on": "1994-01-01", "granted_on": "1994-06-24"}, NO),
        ("MIN-OTORG-POST-TIT", {"filed_on": "1994-01-01"}, UNKNOWN),
        ("MIN-OTORG-POST-TIT", {"filed_on": "1994-06-25"}, NO),
        ("MIN-OTORG-POST-TIT", {"granted_on": "1990"}, NO),
        ("MIN-OTORG-POST-TIT", {"granted_on": "2001"}, UNKNOWN),
    ],
)
def test_the_order_of_filing_grant_and_title_is_told_as_it_was(
    answer: Ask, code: str, right: Mapping[str, Any], said: str
) -> None:
    assert answer(code, right, TITLE) == said


@pytest.mark.parametrize(
    ("dates", "noconsta", "nobusc", "ante"),
    [
        # the day of the entry into force is within it
        ({"granted_on": "1995-02-02"}, YES, YES, NO),
        ({"granted_on": "1995-02-01"}, NO, NO, YES),
        ({"granted_on": "1995"}, UNKNOWN, UNKNOWN, UNKNOWN),
        # a filing after it proves a grant after it; one before proves nothing
        ({"filed_on": "1995-02-02"}, YES, YES, NO),
        ({"filed_on": "1995-02-01"}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"filed_on": "1990", "granted_on": "1996-03"}, YES, YES, NO),
        ({}, UNKNOWN, UNKNOWN, UNKNOWN),
        # a grant before its filing cannot be: one of the two is wrong
        ({"filed_on": "1996-01-01", "granted_on": "1994-01-01"}, UNKNOWN, UNKNOWN, UNKNOWN),
        # the dates of a merger say nothing of its parts, but that they are older
        ({"filed_on": "2005-01-01", "accumulation": True}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"granted_on": "2005-01-01", "accumulation": True}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"granted_on": "1993-01-01", "accumulation": True}, NO, NO, YES),
    ],
)
def test_ilo_169_is_counted_from_the_day_on_which_it_came_into_force(
    answer: Ask, dates: Mapping[str, Any], noconsta: str, nobusc: str, ante: str
) -> None:
    assert answer("MIN-169-NOCONSTA", dates | NOT_FOUND) == noconsta
    assert answer("MIN-169-NOBUSC", dates) == nobusc
    assert answer("MIN-ANTE-169", dates) == ante


def test_nobody_searched_is_not_taken_for_nothing_found(answer: Ask) -> None:
    dates = {"granted_on": "2001-05-10"}
    assert answer("MIN-169-NOCONSTA", dates) == UNKNOWN
    assert answer("MIN-169-NOBUSC", dates | NOT_FOUND) == NO
    assert answer("MIN-169-NOCONSTA", dates | {"consultation_search": "found"}) == NO


def test_a_consultation_with_a_document_is_not_absent_because_a_register_lacks_it(
    answer: Ask,
) -> None:
    right = {"granted_on": "2001-05-10", "consulted_on": "2001-01"} | NOT_FOUND
    assert answer("MIN-169-NOCONSTA", right) == NO
    assert answer("MIN-169-NOBUSC", right) == NO


def test_an_accumulation_s_own_filing_date_proves_nothing(flagged: Flag, answer: Ask) -> None:
    right = {"filed_on": "2005-01-01", "accumulation": True, "granted_on": "2006-01-01"}
    for code in ("MIN-POST-TIT", "MIN-PRE-TIT", "MIN-MISMA-FECHA", "MIN-OTORG-POST-TIT"):
        assert answer(code, right, TITLE) == UNKNOWN
    flags = flagged(right, TITLE).flags.set_index("code")
    assert "filed_on" in flags.loc["MIN-POST-TIT", "missing"].split(";")
    for code in ("MIN-POST-TIT", "MIN-ANTE-169", "MIN-169-NOBUSC", "MIN-169-NOCONSTA"):
        assert "acumulación" in flags.loc[code, "es"]
        assert "accumulation" in flags.loc[code, "en"]


@pytest.mark.parametrize(
    ("right", "land", "codes"),
    [
        ({"status": "titled"}, {}, {"MIN-TIT"}),
        ({"status": "titled"}, {"called": "polygon-per-source"}, {"MIN-TIT-POLIGONO"}),
        ({"status": "titled"}, {"tenure": "use-cession"}, {"MIN-CESION"}),
        ({"status": "application"}, {}, {"MIN-TRAM"}),
        ({"status": "application"}, {"tenure": "unknown"}, {"MIN-TRAM"}),
        ({"status": "extinguished"}, {}, {"MIN-EXT"}),
        ({"status": "unknown"}, {}, set()),
        ({"status": "titled"}, {"tenure": "claimed"}, {"SOL-TIT"}),
        ({"status": "titled"}, {"tenure": "reserve"}, {"PIACI"}),
        ({"status": "titled"}, {"tenure": "buffer-zone"}, {"ANP-ZA"}),
        ({}, {"tenure": "protected-area", "category": "Reserva Nacional"}, {"ANP"}),
        ({}, {"tenure": "protected-area", "category": "Conservación Privada"}, {"ANP-ACP"}),
        ({}, {"tenure": "protected-area", "category": "ACP"}, {"ANP-ACP"}),
        ({}, {"tenure": "protected-area"}, set()),
        ({"kind": "logging"}, {}, {"FOR-TIT"}),
        ({"kind": "logging", "expires_on": "2026-10-15"}, {}, {"FOR-TIT"}),
        ({"kind": "logging", "expires_on": "2026-10-14"}, {}, {"FOR-VENC"}),
        ({"kind": "logging"}, {"tenure": "use-cession"}, {"FOR-CESION"}),
        ({"kind": "logging"}, {"called": "polygon-per-source"}, {"FOR-TIT-POLIGONO"}),
        (
            {"kind": "logging", "granted_on": "2002"},
            {"titled_on": "2015-08"},
            {"FOR-TIT", "FOR-PRE-TIT"},
        ),
        ({"kind": "hydrocarbon"}, {"tenure": "unknown"}, {"HID-LOTE"}),
        ({"kind": "plot"}, {}, {"PRED-TIT"}),
        ({"kind": "zone"}, {"tenure": "unknown"}, {"ORD"}),
        ({"kind": "area"}, {"tenure": "unknown"}, set()),
        ({"kind": "detection"}, {}, set()),
        ({"status": "titled"}, {"tenure": "unknown"}, set()),
    ],
)
def test_each_kind_of_right_on_each_kind_of_land_has_its_own_sentence(
    flagged: Flag, right: Mapping[str, Any], land: Mapping[str, Any], codes: set[str]
) -> None:
    flags = flagged(right, land).flags
    assert set(flags.loc[flags["answer"].eq("yes"), "code"]) == codes


@pytest.mark.parametrize("nothing", [None, "unknown"])
def test_a_file_without_a_status_is_not_answered_no(answer: Ask, nothing: str | None) -> None:
    for code in ("MIN-TIT", "MIN-TRAM", "MIN-EXT"):
        assert answer(code, {"status": nothing}) == UNKNOWN


@pytest.mark.parametrize("nothing", [None, "area"])
def test_a_right_of_undeclared_kind_is_asked_and_not_answered_no(
    answer: Ask, nothing: str | None
) -> None:
    assert answer("MIN-TIT", {"kind": nothing}) == UNKNOWN
    assert answer("MIN-TRAM", {"kind": nothing, "status": "application"}) == UNKNOWN
    assert answer("FOR-TIT", {"kind": nothing}) == UNKNOWN


def test_tenure_that_nobody_declared_is_not_taken_for_a_title(flagged: Flag) -> None:
    flags = flagged({"filed_on": "2010-01-01"}, {"tenure": "unknown"} | TITLE).flags
    flags = flags.set_index("code")
    assert flags.loc["MIN-TIT", "answer"] == UNKNOWN
    assert flags.loc["MIN-POST-TIT", "answer"] == UNKNOWN
    assert "tenencia" in flags.loc["MIN-TIT", "es"]
    assert flags.loc["MIN-POST-TIT", "missing"] == "tenure"


@pytest.mark.parametrize(
    ("overlap_class", "tram", "tit", "indet"),
    [
        ("overlap", YES, NO, NO),
        ("sliver", YES, NO, NO),
        ("indeterminate", UNKNOWN, NO, YES),
        ("near", UNKNOWN, SILENT, SILENT),
        ("adjacent", UNKNOWN, SILENT, SILENT),
    ],
)
def test_what_lies_within_the_error_is_never_said_for_certain(
    answer: Ask, overlap_class: str, tram: str, tit: str, indet: str
) -> None:
    pair = {"overlap_class": overlap_class}
    if overlap_class not in {"overlap", "sliver"}:
        pair |= {"area_min_ha": 0.0}
    right = {"status": "application"}
    assert answer("MIN-TRAM", right, {}, pair) == tram
    assert answer("MIN-TIT", right, {}, pair) == tit
    assert answer("GEO-INDET", right, {}, pair) == indet


def test_an_unknown_error_is_not_a_small_error(flagged: Flag) -> None:
    pair = {"area_min_ha": None, "area_max_ha": None, "error_m": None}
    flags = flagged({}, {}, pair).flags.set_index("code")
    assert flags.loc["GEO-INDET", "answer"] == UNKNOWN
    assert flags.loc["GEO-INDET", "missing"] == "area_min_ha;error_m"
    assert flags.loc["MIN-TIT", "answer"] == YES


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ({"consulted_on": "2018-09-12", "granted_on": "2018-01-25"}, YES),
        ({"consulted_on": "2018-09-12", "works_started_on": "2018-03"}, YES),
        ({"consulted_on": "2018-12", "granted_on": "2019-06-11"}, UNKNOWN),
        (
            {
                "consulted_on": "2018-12",
                "granted_on": "2019-06-11",
                "works_started_on": "2019-07",
            },
            NO,
        ),
        ({"granted_on": "2018-01-25"}, UNKNOWN),
    ],
)
def test_a_consultation_held_after_the_fact_is_shown(
    answer: Ask, right: Mapping[str, Any], said: str
) -> None:
    assert answer("CONS-POST", right) == said


def a_judgment(**said: Any) -> Judgment:
    base: dict[str, Any] = {
        "id": "j-1",
        "court": "Juzgado",
        "court_en": "Court",
        "file": "0001-2000",
        "decided_on": "2018-12-11",
        "orders": ("una orden",),
        "orders_en": ("an order",),
        "cases": ("case-1",),
        "list_status": ListStatus.NOT_AVAILABLE,
        "listed": (),
        "counts": (),
        "documents": (),
        "final": "2019",
    }
    return Judgment(**(base | said))


@pytest.mark.parametrize(
    ("judgment", "status", "not_executed", "review"),
    [
        # no list: nothing is said of this right, and people are told to look
        ({}, "titled", UNKNOWN, YES),
        ({"list_status": ListStatus.PARTIAL, "listed": ("9",)}, "titled", UNKNOWN, YES),
        # listed by its code
        ({"list_status": ListStatus.PARTIAL, "listed": ("010000001",)}, "titled", YES, NO),
        ({"list_status": ListStatus.AVAILABLE, "listed": ("010000001",)}, "titled", YES, NO),
        ({"list_status": ListStatus.AVAILABLE, "listed": ("010000001",)}, "extinguished", NO, NO),
        ({"list_status": ListStatus.AVAILABLE, "listed": ("010000001",)}, "unknown", UNKNOWN, NO),
        # the code without its zero is another code
        ({"list_status": ListStatus.AVAILABLE, "listed": ("10000001",)}, "titled", NO, NO),
        # not final, or final after the data
        (
            {"list_status": ListStatus.AVAILABLE, "listed": ("010000001",), "final": None},
            "titled",
            UNKNOWN,
            NO,
        ),
        (
            {"list_status": ListStatus.AVAILABLE, "listed": ("010000001",), "final": "2027"},
            "titled",
            NO,
            NO,
        ),
    ],
)
def test_a_right_is_listed_by_its_code_and_never_by_where_it_lies(
    answer: Ask, judgment: Mapping[str, Any], status: str, not_executed: str, review: str
) -> None:
    more = {
        "judgments": (a_judgment(**judgment),),
        "territories_of_case": {"case-1": {"land:T-1"}},
    }
    right = {"status": status}
    assert answer("JUD-NO-EJEC", right, **more) == not_executed
    assert answer("JUD-REVISAR", right, **more) == review


def test_a_judgment_does_not_reach_a_territory_that_its_case_does_not_name(answer: Ask) -> None:
    more = {
        "judgments": (a_judgment(),),
        "territories_of_case": {"case-1": {"land:T-2"}, "case-2": {"land:T-1"}},
    }
    assert answer("JUD-REVISAR", {}, **more) == NO


def test_a_territory_without_a_name_is_not_said_to_be_another_community(
    rulebook: RuleBook,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    layer: Callable[..., Layer],
    overlaps: Callable[..., Overlaps],
) -> None:
    facts = gather(
        overlaps([pair | {"territory_name": None}]),
        layer(Noun.CONCESSION, [right]),
        layer(Noun.TERRITORY, [land | {"name": None}]),
        rulebook,
        judgments=(a_judgment(),),
        territories_of_case={},
    )
    flags = judge(facts=facts, overlaps=overlaps([pair]), rulebook=rulebook, languages={}).flags
    assert flags.loc[flags["code"] == "JUD-REVISAR", "answer"].tolist() == [UNKNOWN]


def test_a_right_is_not_cleared_by_where_it_lies_while_nobody_has_the_list(answer: Ask) -> None:
    open_list = {"judgments": (a_judgment(),), "territories_of_case": {}}
    assert answer("JUD-NO-EJEC", {}, **open_list) == UNKNOWN
    whole = {"list_status": ListStatus.AVAILABLE, "listed": ("9",)}
    closed = {"judgments": (a_judgment(**whole),), "territories_of_case": {}}
    assert answer("JUD-NO-EJEC", {}, **closed) == NO
    assert answer("JUD-NO-EJEC", {"status": "extinguished"}, **open_list) == NO


def test_a_right_perhaps_listed_for_one_territory_is_not_cleared_on_the_next(
    rulebook: RuleBook,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    layer: Callable[..., Layer],
    overlaps: Callable[..., Overlaps],
) -> None:
    other = {"key": "land:T-2", "native_id": "T-2"}
    pairs = overlaps([pair, pair | {"territory_key": "land:T-2", "territory_id": "T-2"}])
    facts = gather(
        pairs,
        layer(Noun.CONCESSION, [right]),
        layer(Noun.TERRITORY, [land, land | other]),
        rulebook,
        judgments=(a_judgment(),),
        territories_of_case={"case-1": {"land:T-1"}},
    )
    flags = judge(pairs, facts, rulebook, {"es": words("es", "")}).flags
    said = flags[flags["code"].isin(["JUD-NO-EJEC", "JUD-REVISAR"])]
    told = dict(zip(said["territory_key"] + " " + said["code"], said["answer"], strict=True))
    assert told == {
        "land:T-1 JUD-NO-EJEC": UNKNOWN,
        "land:T-1 JUD-REVISAR": YES,
        "land:T-2 JUD-NO-EJEC": UNKNOWN,
        "land:T-2 JUD-REVISAR": NO,
    }


def test_mining_and_forestry_on_one_territory_need_not_meet(answer: Ask, flagged: Flag) -> None:
    index = flagged().overlaps.frame.index
    assert answer("MULT") == NO  # nothing of the other kind is there
    assert answer("MULT", threeway=pd.Series([True], index=index)) == YES
    assert answer("MULT", threeway=pd.Series([pd.NA], index=index, dtype="boolean")) == UNKNOWN


def test_no_pairs_are_no_flags(
    rulebook: RuleBook,
    right: Mapping[str, Any],
    land: Mapping[str, Any],
    pair: Mapping[str, Any],
    layer: Callable[..., Layer],
    overlaps: Callable[..., Overlaps],
) -> None:
    pairs = Overlaps(overlaps([pair]).frame.iloc[:0])
    facts = gather(pairs, layer(Noun.CONCESSION, [right]), layer(Noun.TERRITORY, [land]), rulebook)
    made = judge(pairs, facts, rulebook, {"es": words("es", "")})
    assert made.flags.empty
