"""The annex of a bundle: which sections, in the order that its reader needs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from geo.evidence import layout
from geo.evidence.annex.blocks import Document, Section
from geo.evidence.annex.case_page import case_pages
from geo.evidence.annex.codes_page import codes_page
from geo.evidence.annex.cover import SPECIMEN, TITLE, about, cover
from geo.evidence.annex.custody_page import custody_page
from geo.evidence.annex.dates_pages import classification, sequence_of_dates
from geo.evidence.annex.doubts_page import doubts_pages, limits_page
from geo.evidence.annex.facts_page import facts_and_limits
from geo.evidence.annex.forms import groups, incidents, measures, own_report, signature
from geo.evidence.annex.matter import Matter, matter
from geo.evidence.annex.method import method
from geo.evidence.annex.overlap_table import overlap_table
from geo.evidence.annex.right_page import right_pages
from geo.evidence.annex.situation_page import situation
from geo.evidence.annex.sources_page import sources_pages
from geo.evidence.annex.technical_pages import technical_pages
from geo.evidence.annex.territories_page import territories
from geo.evidence.chosen import Chosen
from geo.evidence.wishes import Forum, Wishes
from geo.terms import Tier
from geo.words import Words

Writer = Callable[[Matter], Section | None]

SECTIONS: Mapping[Forum, tuple[Writer, ...]] = {
    Forum.AMPARO: (
        facts_and_limits,
        codes_page,
        territories,
        situation,
        overlap_table,
        sequence_of_dates,
        classification,
        case_pages,
        right_pages,
        technical_pages,
        method,
        doubts_pages,
        sources_pages,
        custody_page,
        signature,
    ),
    Forum.CATASTRO: (
        codes_page,
        own_report,
        overlap_table,
        technical_pages,
        territories,
        sequence_of_dates,
        situation,
        right_pages,
        classification,
        facts_and_limits,
        case_pages,
        method,
        doubts_pages,
        sources_pages,
        custody_page,
        signature,
    ),
    Forum.MINISTERIO: (
        facts_and_limits,
        situation,
        sequence_of_dates,
        case_pages,
        groups,
        codes_page,
        territories,
        overlap_table,
        classification,
        right_pages,
        method,
        doubts_pages,
        sources_pages,
        custody_page,
        signature,
    ),
    Forum.CIDH: (
        facts_and_limits,
        situation,
        overlap_table,
        codes_page,
        sequence_of_dates,
        measures,
        incidents,
        sources_pages,
        limits_page,
        signature,
    ),
}
"""What each forum is given, in its order. The data of the bundle are the same for all."""

_SHORT = 16
_IN_SUBTITLE = 3


def compose(
    chosen: Chosen,
    wishes: Wishes,
    words: Words,
    *,
    manifest_sha256: str,
    custody: Iterable[Mapping[str, Any]],
) -> Document:
    """The annex as a document in the language of `words`, which is that of `wishes`.

    manifest_sha256: of the bundle's manifest, which lists everything but the PDF. custody: the
    lines of the log so far.
    """
    about_it = matter(chosen, wishes, words, manifest_sha256, custody)
    sections = (write(about_it) for write in SECTIONS[wishes.forum])
    say = words.say
    return Document(
        language=words.language,
        title=say(TITLE),
        subtitle=about(about_it, _IN_SUBTITLE),
        day=chosen.release.as_of,
        keywords=(layout.KEYWORD + manifest_sha256,),
        specimen=say(SPECIMEN) if chosen.illustrative else "",
        header=_header(about_it),
        footer=(
            say("Huella de los datos: {sha256}…", sha256=manifest_sha256[:_SHORT]),
            say("Publicación {release}", release=chosen.release.id),
        ),
        page=say("Página {n} de {all}", n="{n}", all="{all}"),
        contents=say("Contenido"),
        unprintable=say("Caracteres que ninguna letra de este documento tiene, impresos como �:"),
        cover=cover(about_it),
        sections=tuple(section for section in sections if section is not None),
    )


def _header(matter: Matter) -> str:
    """What stands above every page: a page that is copied out of a reserved annex says so."""
    if matter.chosen.release.tier is Tier.PUBLIC:
        return matter.say(TITLE)
    return f"{matter.say(TITLE)} · {matter.say('Reservado').upper()}"
