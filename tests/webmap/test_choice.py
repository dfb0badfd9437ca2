"""The selection of the browser is that of the server: both are asked the same, and agree."""

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from geo.answers import folded
from geo.release.facets import PAIR, RIGHTS, SEPARATOR
from geo.terms import Kind, OverlapClass, Severity, Status
from webmap.public import drawing, selection

pytestmark = pytest.mark.browser

SCRIPT = Path(drawing.__file__).parent.parent / "static" / "choice.js"
DEPARTMENTS = ("Loreto", "Áncash", "Madre de Dios", "Lima")
DISTRICTS = ("Tambopata", "LAS  PIEDRAS", "Ñahuimpuquio", "")
CODES = ("MIN-OTORG-POST-TIT", "MIN-169-PRE", "FOR-X")
NAMES = ("010000116 AÑAZPATA", "R/1 río Azul", "X-9 <b>")
KEYS = ("t:1", "t:2", "t/../3")
YEARS = ("formulado_desde", "formulado_hasta", "otorgado_desde", "otorgado_hasta")
ODD = ("", " ", "todo", "áncash", "Loreto;Lima", "19 99", "٢٠١١", "a" * 90, "\u202eLima", "0999")


def _asked(pick: random.Random) -> dict[str, Any]:
    """What a form, a fragment or a hand may hold."""
    offered: dict[str, tuple[Any, ...]] = {
        "departamento": DEPARTMENTS,
        "distrito": ("tambopata", "Las Piedras", "ñahuimpuquio"),
        "tipo": tuple(one.value for one in Kind),
        "estado": tuple(one.value for one in Status),
        "clase": tuple(one.value for one in OverlapClass),
        "alerta": CODES,
        "prioridad": tuple(one.value for one in Severity),
        "q": ("añazpata", "RIO  azul", "9", "<b>"),
        "territorio": KEYS,
        **dict.fromkeys(YEARS, ("1995", 2003, "2011")),
        "otra": ("x",),
    }
    names = pick.sample(sorted(offered), pick.choice((0, 1, 1, 2, 3)))
    return {
        name: pick.choice(ODD) if pick.random() < 0.2 else pick.choice(offered[name])
        for name in names
    }


def _joined(pick: random.Random, words: tuple[str, ...]) -> str:
    return SEPARATOR.join(sorted(pick.sample(words, pick.randrange(3))))


def _world(pick: random.Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    years = (None, 1995, 1996, 2003, 2011, 2020)
    rights = pd.DataFrame(
        [
            {
                "key": f"c:{number}",
                "kind": pick.choice(list(Kind)).value,
                "status": pick.choice(list(Status)).value,
                "departments": _joined(pick, DEPARTMENTS),
                "district": pick.choice((*DISTRICTS, None)),
                "holder_kind": "company",
                "filed_year": pick.choice(years),
                "granted_year": pick.choice(years),
                "priority": 0,
                "yes": "",
                "classes": "",
                "pairs": 0,
                "area_ha": None,
            }
            for number in range(60)
        ]
    ).astype(RIGHTS)
    pairs = pd.DataFrame(
        [
            {
                "id": f"{number:016x}",
                "right": (right := pick.randrange(len(rights))),
                "territory": 0,
                "concession_key": f"c:{right}",
                "territory_key": pick.choice(KEYS),
                "overlap_class": pick.choice(list(OverlapClass)).value,
                "priority": pick.randrange(6),
                "yes": _joined(pick, CODES),
                "area_ha": 1.0,
            }
            for number in range(90)
        ]
    ).astype(PAIR)
    return rights.assign(words=[folded(pick.choice(NAMES)) for _ in range(len(rights))]), pairs


def _told(rights: pd.DataFrame, pairs: pd.DataFrame) -> tuple[list[Any], list[Any]]:
    """The same rows in the short words of tiles and columns."""
    of_right = {
        "kind": "kind", "status": "status", "departments": "dep", "district": "district",
        "filed_year": "fy", "granted_year": "gy", "words": "words",
    }  # fmt: skip
    of_pair = {
        "right": "r", "overlap_class": "cls", "territory_key": "territory", "priority": "pr",
        "yes": "yes",
    }  # fmt: skip
    return tuple(
        [
            {name: value for name, value in row.items() if not pd.isna(value)}
            for row in frame[list(names)].rename(columns=names).to_dict("records")
        ]
        for frame, names in ((rights, of_right), (pairs, of_pair))
    )


@pytest.fixture(scope="module")
def page(browser: Browser) -> Any:
    opened = browser.new_page()
    opened.add_script_tag(content=f"var deslinde = {{}};\n{SCRIPT.read_text('utf-8')}")
    yield opened
    opened.close()


IN_THE_BROWSER = """([asked, rights, pairs, terms]) => asked.map((given) => {
  const { choice } = deslinde;
  const wanted = choice.chosen(given, terms);
  const own = rights.map((right) => choice.ofRight(wanted, right));
  const held = pairs.map((pair) => own[pair.r] && choice.ofPair(wanted, pair, terms));
  const some = new Set(pairs.filter((_, i) => held[i]).map((pair) => pair.r));
  const ofPairs = choice.OF_PAIR.some((name) => name in wanted);
  return {
    said: choice.write(wanted),
    again: choice.write(choice.read(new URLSearchParams(choice.write(wanted)).toString(), terms)),
    rights: own.map((yes, i) => yes && (!ofPairs || some.has(i))),
    overlaps: held,
  };
})"""


def test_the_map_and_the_table_never_show_a_different_selection(page: Page) -> None:
    pick = random.Random(5)
    rights, pairs = _world(pick)
    asked = [_asked(pick) for _ in range(400)]
    told = page.evaluate(IN_THE_BROWSER, [asked, *_told(rights, pairs), drawing.terms()])
    some = 0
    for given, answer in zip(asked, told, strict=True):
        wanted = selection.chosen(given)
        assert answer["said"] == wanted.asked(), given
        assert answer["again"] == wanted.asked(), given
        held = selection.rights(wanted, rights, pairs).tolist()
        assert answer["rights"] == held, given
        assert answer["overlaps"] == selection.overlaps(wanted, rights, pairs).tolist(), given
        some += 0 < sum(held) < len(held)
    assert some > 100  # the questions were worth asking


def test_what_a_map_cannot_filter_by_stays_in_the_link_and_is_left_to_the_table(
    page: Page,
) -> None:
    given = {"tipo": "mining", "q": "x", "distrito": "Y", "territorio": "t:1"}
    kept = page.evaluate(
        "([given, terms]) => [deslinde.choice.onMap(deslinde.choice.chosen(given, terms)),"
        " deslinde.choice.empty({}), deslinde.choice.empty({q: 'x'})]",
        [given, drawing.terms()],
    )
    assert kept == [{"tipo": "mining"}, True, False]


def test_the_closed_lists_of_the_browser_are_those_of_the_server() -> None:
    told = json.loads(json.dumps(drawing.terms()))
    assert told["prioridad"] == [one.value for one in Severity]
    assert told["tipo"] == [one.value for one in Kind]
