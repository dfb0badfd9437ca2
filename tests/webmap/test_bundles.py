"""The bundle that a reader of the public site takes along."""

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from geo.errors import ChoiceUnknown
from geo.evidence import layout
from geo.evidence.bundle import bundle
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.wishes import Forum, Separator, Wishes
from geo.home import Home
from geo.release.read import open_release
from geo.terms import Tier
from geo.words import SPANISH, words
from webmap.public import bundles

TERRITORY = "demo-claims:R-001"
ADDRESS = f"/es/territorio/{TERRITORY}/expediente.zip?para=cidh"


def test_a_reader_gets_the_very_bundle_that_the_command_writes(
    client: FlaskClient, demonstration: Home, tmp_path: Path
) -> None:
    with client.get(ADDRESS) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/zip")
        assert "Set-Cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache"
        got = answer.data
    release = open_release(demonstration.releases(Tier.PUBLIC))
    made = bundle(
        choose(release, By.TERRITORY, TERRITORY),
        Wishes(forum=Forum.CIDH),
        words(SPANISH, ""),
        tmp_path / "own.zip",
        fonts=demonstration.fonts,
        say=lambda _said: None,
    )
    assert made.path.read_bytes() == got
    with zipfile.ZipFile(io.BytesIO(got)) as opened:
        assert any(name.endswith(f"/data/{layout.PDF}") for name in opened.namelist())


def test_the_page_offers_the_bundle_without_a_script(client: FlaskClient) -> None:
    page = client.get(f"/es/territorio/{TERRITORY}").text
    form = re.search(
        r'<form class="expediente" method="get" action="([^"]+)">.*?</form>', page, re.DOTALL
    )
    assert form
    assert form[1].endswith("/expediente.zip")
    assert 'name="para"' in form[0]
    assert "no se puede firmar" in page


@pytest.mark.parametrize(
    "address",
    [
        "/es/territorio/demo-claims:nadie/expediente.zip",
        "/es/caso/nadie/expediente.zip",
        "/es/caso/marcona/expediente.zip",  # no territory of this release is tied to it
        f"{ADDRESS}x",
        f"/es/territorio/{TERRITORY}/expediente.zip?desde=ayer",
        f"/es/territorio/{TERRITORY}/expediente.zip?fecha=2026-13-40",
        f"/es/territorio/{TERRITORY}/expediente.zip?csv=../x",
        f"/es/territorio/{TERRITORY}/expediente.zip?fecha=١٩٩٤",
        # every date is a table more: one address kept the machine busy for an hour
        f"/es/territorio/{TERRITORY}/expediente.zip?"
        + "&".join(f"desde={year}" for year in range(1900, 1920)),
    ],
)
def test_what_cannot_be_made_is_a_page_and_no_work(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_form_says_what_the_command_says() -> None:
    said = MultiDict([("para", "catastro"), ("desde", "title"), ("desde", "ilo169"),
                      ("fecha", "1994-06"), ("csv", "semicolon")])  # fmt: skip
    assert bundles.asked(said, "en") == Wishes(
        "en", Forum.CATASTRO, ("title", "ilo169", "1994-06"), Separator.SEMICOLON
    )
    assert bundles.asked(MultiDict(), "es") == Wishes()
    with pytest.raises(ChoiceUnknown):
        bundles.asked(MultiDict([("para", "<b>")]), "es")


def test_only_the_last_bundles_of_the_current_release_are_kept() -> None:
    kept = bundles._Kept()
    made: list[Path] = []

    def make(path: Path) -> None:
        path.write_text(path.name)
        made.append(path)

    for number in range(bundles.KEPT + 2):
        kept.path("one", (number,), make)
    assert [path.exists() for path in made] == [False, False] + [True] * bundles.KEPT
    again = kept.path("one", (3,), make)
    assert len(made) == bundles.KEPT + 2
    kept.path("two", (3,), make)
    assert not again.exists() or again == made[-1]
    assert sum(path.exists() for path in set(made)) == 1


def test_what_was_taken_back_does_not_lie_in_the_folder_of_bundles(
    demonstration: Home,
    public: Callable[[Home], Flask],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever page is asked for next, and when nothing is published any more."""
    home = Home(tmp_path / "home", demonstration.data, demonstration.now)
    shutil.copytree(demonstration.releases("public"), home.releases("public"), symlinks=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(bundles, "bundle", lambda _chosen, _wishes, _words, out, **_: out.touch())
    client = public(home).test_client()

    def lying() -> int:
        return len([*tmp_path.glob("deslinde-*/*.zip")])

    with client.get(ADDRESS) as answer:
        assert answer.status_code == 200
    client.get("/es/metodo")
    assert lying() == 1
    named = home.releases("public") / "current"
    named.rename(tmp_path / "current")
    assert client.get("/es/territorios").status_code == 503
    assert lying() == 0


def test_a_bundle_of_another_release_is_forgotten_unless_one_is_being_made() -> None:
    kept = bundles._Kept()
    path = kept.path("one", (1,), Path.touch)
    kept.only("one")
    assert path.exists()

    def make(other: Path) -> None:
        other.touch()
        kept.only("two")  # another reader meanwhile: does not wait

    kept.path("one", (2,), make)
    assert path.exists()
    kept.only("two")
    assert not kept.there
    assert not path.exists()
