"""Annexes of the demonstration: chosen, composed and set once for all tests that read them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from geo.evidence import custody
from geo.evidence.annex import compose as annex
from geo.evidence.annex.blocks import Document
from geo.evidence.annex.typeset import pdf
from geo.evidence.choice import choose
from geo.evidence.chosen import By, Chosen
from geo.evidence.wishes import Forum, Wishes
from geo.home import Home
from geo.release.read import Release, open_release
from geo.terms import Tier
from geo.words import Words, words

DATA = Path(__file__).resolve().parents[4] / "data"
FONTS = DATA / "built" / "fonts"
SHA256 = "0123456789abcdef" * 4

Compose = Callable[..., Document]
Pages = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def release(demonstration: Home) -> Release:
    """The demonstration, public tier."""
    return open_release(demonstration.releases(Tier.PUBLIC))


@pytest.fixture(scope="session")
def fonts() -> Path:
    if not FONTS.is_dir():
        pytest.skip(f"no letters in {FONTS}: run `make setup`")
    return FONTS


@pytest.fixture(scope="session")
def case(release: Release) -> Chosen:
    """The case tres-islas: two parts of a territory, 44 rights."""
    return choose(release, By.CASE, "tres-islas")


@pytest.fixture(scope="session")
def few(release: Release) -> Chosen:
    """Three codes of a list: one mining right, one that is not there, one plot."""
    return choose(release, By.CODES, "009900180\n999999999\nILU-00001\n")


@pytest.fixture(scope="session")
def real(few: Chosen) -> Chosen:
    """The same three codes, as if nobody had invented them."""
    return replace(
        few,
        concessions=few.concessions.assign(illustrative=False),
        territories=few.territories.assign(illustrative=False),
    )


@pytest.fixture(scope="session")
def spoken() -> Callable[[str], Words]:
    @cache
    def of(language: str) -> Words:
        catalogue = DATA / "translations" / language / "LC_MESSAGES" / "deslinde.po"
        return words(language, catalogue.read_text("utf-8") if catalogue.is_file() else "")

    return of


@pytest.fixture(scope="session")
def compose(spoken: Callable[[str], Words]) -> Compose:
    """`compose(chosen, forum, language)` with a log of custody and a hash of ours.

    The same choice is composed once: a document cannot be changed.
    """

    @cache
    def once(
        chosen: Chosen, forum: Forum, language: str, wishes: tuple[tuple[str, object], ...]
    ) -> Document:
        asked = replace(Wishes(language=language, forum=forum), **dict(wishes))  # type: ignore[arg-type]
        log = custody.lines(chosen, spoken(language))
        return annex.compose(chosen, asked, spoken(language), manifest_sha256=SHA256, custody=log)

    def made(
        chosen: Chosen, forum: Forum = Forum.AMPARO, language: str = "es", **wishes: object
    ) -> Document:
        return once(chosen, forum, language, tuple(sorted(wishes.items())))

    return made


@pytest.fixture(scope="session")
def manifest_sha256() -> str:
    return SHA256


@pytest.fixture(scope="session")
def amparo(case: Chosen, compose: Compose, fonts: Path) -> bytes:
    """The annex of the case for an amparo, in Spanish, with every section."""
    return pdf(compose(case), fonts)


@pytest.fixture(scope="session")
def pages() -> Pages:
    """`pages(content)`: the text of each page, every run of spaces as one."""

    def read(content: bytes) -> list[str]:
        opened = pypdfium2.PdfDocument(content)
        try:
            texts = []
            for page in opened:
                text_page = page.get_textpage()
                texts.append(" ".join(text_page.get_text_range().split()))
                text_page.close()
                page.close()
            return texts
        finally:
            opened.close()

    return read
