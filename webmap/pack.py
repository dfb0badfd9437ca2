"""`deslinde pack`: a territory or a case as a folder that opens by double click, without a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask import Flask

from geo.errors import ChoiceUnknown, CopyFailed
from geo.home import Home, here
from geo.release import read
from geo.release.read import Release
from geo.terms import Tier
from geo.words import Words, clean
from webmap.copies import folder, readme
from webmap.copies.names import Names, Target, plain
from webmap.copies.rendering import COPY_PAGE, Rendering
from webmap.public.download_content import content
from webmap.public.download_forms import FORMS
from webmap.public.edition import Edition
from webmap.public.layers import (
    address_of_overlap,
    address_of_right,
    address_of_territory,
)
from webmap.public.selected_tables import Layer
from webmap.public.selection import Selection
from webmap.public.small import STICK
from webmap.site import addresses, copied_app
from webmap.surroundings import Surroundings, around
from webmap.web import languages

MOST_BYTES = 20_000_000
"""What a stick, a phone and a bad line still take."""


@dataclass(frozen=True)
class Step:
    """How small a folder is made. degrees: by how much the outlines of neighbours are simplified;
    the territory's own outline and the rights keep every vertex. pages: whether each right and
    each overlap has its page; without it the map and the table tell the same, more shortly.
    """

    degrees: float = 0.0
    pages: bool = True


STEPS = (Step(), Step(0.0001), Step(0.0001, pages=False))
"""Each is tried where the one before is too large; 0.0001 degrees are 11 m."""

ALIKE = ("method_page", "rules_page", "unknown_page", "sources_page", COPY_PAGE)
"""Pages about the whole release, which say the same in every folder."""


@click.command("pack")
@click.option(
    "--territory", metavar="CLAVE", help="La clave del territorio, con su fuente delante."
)
@click.option("--case", "case", metavar="ID", help="O un caso: todos sus territorios.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="CARPETA",
    help="Dónde escribir la carpeta. Una anterior se reemplaza entera.",
)
def pack(territory: str | None, case: str | None, out: Path) -> None:
    """Hace una carpeta para una memoria USB, que se abre con doble clic y sin conexión."""
    if (territory is None) == (case is None):
        raise ChoiceUnknown("Diga qué empacar: «--territory CLAVE» o «--case ID», uno de los dos.")
    size = write_pack(here(), out, territory=territory or "", case=case or "", say=click.echo)
    click.echo(f"Carpeta «{out}»: {size / 1e6:.1f} MB. Se abre con «index.html».")


def write_pack(
    home: Home,
    out: Path,
    *,
    territory: str = "",
    case: str = "",
    say: Callable[[str], object] = lambda _said: None,
) -> int:
    """Writes a territory, or the territories of a case, as a folder; gives its bytes.

    The same release gives the same bytes. Raises NothingToDo, ReleaseDamaged, ChoiceUnknown,
    CopyRefused, and CopyFailed where it would be larger than MOST_BYTES.
    """
    release = read.open_release(home.releases(Tier.PUBLIC))
    whole = Edition(release)
    lands = _chosen(whole, territory, case)
    spoken = tuple(languages(home.data).values())
    for step in STEPS:
        held = around(whole, lands, step.degrees)
        try:
            return _write(home, release, out, held, case, spoken, step)
        except _TooLarge as large:
            size = large.size
            say(f"Son {size / 1e6:.1f} MB: se intenta más pequeño, y se dice en {folder.README}…")
    raise CopyFailed(
        f"La carpeta ocuparía {size / 1e6:.1f} MB, y el máximo es {MOST_BYTES / 1e6:.0f}: empaque "
        "sus territorios uno por uno, o use «deslinde publish --without-rights»."
    )


class _TooLarge(CopyFailed):
    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


def _chosen(whole: Edition, territory: str, case: str) -> tuple[str, ...]:
    if territory:
        if territory in whole.lands:
            return (territory,)
        raise ChoiceUnknown(
            f"No hay ningún territorio «{clean(territory)}» en esta publicación: escriba su clave "
            "con su fuente delante, como al pie de su página."
        )
    found = whole.cases.get(case)
    lands = tuple(key for key in (found or {}).get("territories", ()) if key in whole.lands)
    if not lands:
        raise ChoiceUnknown(
            f"No hay ningún caso «{clean(case)}» con territorios en esta publicación: elija entre "
            f"{', '.join(sorted(whole.cases)) or 'ninguno'}."
        )
    return lands


def _write(
    home: Home,
    release: Release,
    out: Path,
    held: Surroundings,
    case: str,
    spoken: Sequence[Words],
    step: Step,
) -> int:
    cut = copied_app(home, release, STICK)
    edition: Edition = cut.extensions["shelf"].current()
    held.put(edition)
    held.ground(edition, home.data)
    with folder.filled(out) as made:
        files = _files(cut, held, case, spoken, step)
        about = copied_app(home, release, STICK)
        about.config["DOWNLOADS"] = _downloads(edition, held, spoken[0], made)
        for app, alike in ((cut, False), (about, True)):
            pages = Rendering(
                app,
                made,
                tuple(one.language for one in spoken),
                holds=lambda target: target.file in files,
                writes=partial(_one_of, alike),
                many=True,
            )
            for one in spoken:
                fixed = addresses(app, one.language, ALIKE if alike else ("map_page",))
                pages.crawl([*fixed, *_pages(held, case, one)])
        first = f"caso/{plain(case)}" if case else f"territorio/{plain(held.lands[0])}"
        folder.put(
            made,
            {
                "index.html": readme.entrance(spoken, f"{first}.html"),
                folder.README: readme.readme(
                    spoken,
                    readme.STICK,
                    release,
                    served=False,
                    simplified_m=round(step.degrees * 111_320),
                    with_pages=step.pages,
                ),
            },
        )
        told = {"deslinde": STICK, "release": release.id, "territories": list(held.lands)}
        size = folder.seal(made, told)
        if size > MOST_BYTES:
            raise _TooLarge(size)
        return size


def _pages(held: Surroundings, case: str, spoken: Words) -> list[str]:
    """The addresses of the pages of one language that the folder is about."""
    language = spoken.language
    return [
        *([f"/{language}/caso/{case}"] if case else []),
        *(address_of_territory(language, key) for key in held.lands),
    ]


def _files(
    app: Flask, held: Surroundings, case: str, spoken: Sequence[Words], step: Step
) -> frozenset[str]:
    """The files of all pages of the folder, by which a link knows whether it leads anywhere."""
    names = Names(app)
    found: list[Target | None] = []
    for one in spoken:
        language = one.language
        wanted = [
            *addresses(app, language, ("map_page", *ALIKE)),
            *_pages(held, case, one),
        ]
        if step.pages:
            wanted += [address_of_right(language, key) for key in held.rights]
            wanted += [address_of_overlap(language, *pair) for pair in held.pairs]
        found += [names.target(address) for address in wanted]
    return frozenset(one.file for one in found if one is not None)


def _one_of(alike: bool, target: Target) -> bool:
    shared = target.endpoint in ("static_file", "manifest_data")
    return shared or (target.endpoint in ALIKE) is alike


def _downloads(
    edition: Edition, held: Surroundings, spoken: Words, made: Path
) -> list[tuple[str, str]]:
    """Writes the rows of each territory in every form; gives name and address of each file."""
    listed = []
    for key in held.lands:
        wanted = Selection(territorio=key)
        place = made / "descargas" / plain(key)
        place.mkdir(parents=True)
        for layer in Layer:
            rows = content(layer, wanted, edition, spoken)
            for form in FORMS.values():
                name = f"{layer.value}.{form.ending}"
                form.write(rows, spoken, place / name)
                listed.append((f"{plain(key)}/{name}", f"/descargas/{plain(key)}/{name}"))
    return listed
