"""`deslinde publish`: the whole public site as files, for any web server."""

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
from flask import Flask

from geo.home import Home, here
from geo.release import archive, facets, files, read
from geo.release.read import Release
from geo.terms import Tier
from webmap.copies import cells, folder, readme
from webmap.copies.names import LARGE, Target
from webmap.copies.rendering import COPY_PAGE, Rendering
from webmap.public import create_app, tiles
from webmap.public.drawing import extent
from webmap.web import languages

COPIED = "static"
EVERY = 2_000
"""After how many pages the reader of the terminal hears of it."""


@click.command("publish")
@click.option(
    "--static",
    "out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="CARPETA",
    help="Dónde escribir el sitio entero, como archivos. Una copia anterior se reemplaza entera.",
)
@click.option(
    "--without-rights",
    is_flag=True,
    help="Sin una página para cada derecho y cada superposición: mucho más pequeño.",
)
def publish(out: Path, without_rights: bool) -> None:
    """Escribe el sitio público como archivos, para cualquier servidor web."""
    size = write_site(here(), out, with_rights=not without_rights, say=click.echo)
    click.echo(f"Sitio en «{out}»: {size / 1e6:.1f} MB.")


def write_site(
    home: Home,
    out: Path,
    *,
    with_rights: bool = True,
    say: Callable[[str], object] = lambda _said: None,
) -> int:
    """Writes the public release of a home as a site of files; gives its bytes.

    The same release gives the same bytes. Raises NothingToDo, ReleaseDamaged, CopyRefused,
    CopyFailed.
    """
    release = read.open_release(home.releases(Tier.PUBLIC))
    app = copied_app(home, release, COPIED)
    spoken = tuple(languages(home.data).values())
    with folder.filled(out) as made:
        rendering = Rendering(
            app,
            made,
            tuple(one.language for one in spoken),
            holds=lambda target: with_rights or target.endpoint not in LARGE,
        )
        for one in spoken:
            rendering.crawl(addresses(app, one.language, ("map_page", COPY_PAGE)))
            say(f"{one.language}: {sum(rendering.written.values())} archivos…")
            if with_rights:
                for number, target in enumerate(many(rendering, release, one.language), 1):
                    rendering.follow(target)
                    if number % EVERY == 0:
                        say(f"{one.language}: {number} páginas de derechos y superposiciones…")
            for address in shards(release, one.language):
                rendering.data(address, one.language)
        write_tiles(release, extent(app.extensions["shelf"].current()), made)
        folder.put(
            made,
            {
                "index.html": readme.entrance(spoken),
                "404.html": readme.missing(spoken),
                folder.README: readme.readme(spoken, readme.SITE, release, served=True),
            },
        )
        return folder.seal(made, {"deslinde": COPIED, "release": release.id, "rights": with_rights})


def copied_app(home: Home, release: Release, copied: str) -> Flask:
    """The public application as a copy is made from: it knows no boxes, and its clock stands at
    the date of the data, so that a copy made twice is the same.
    """
    day = datetime.fromisoformat(files.whole_day(release.as_of)).replace(tzinfo=UTC)
    app = create_app(
        home.releases(Tier.PUBLIC), home.data, None, now=lambda: day, contact=home.contact
    )
    app.config["COPIED"] = copied
    return app


def many(rendering: Rendering, release: Release, language: str) -> Iterator[Target]:
    """The page of every right and of every overlap, in their order."""
    overlaps = read.overlaps(release)
    pairs = zip(overlaps["concession_key"], overlaps["territory_key"], strict=True)
    named = (
        *(("right_page", {"key": key}) for key in read.facets(release)["key"]),
        *(("overlap_page", {"pair_id": facets.pair_id(*pair)}) for pair in pairs),
    )
    with rendering.app.test_request_context():
        routed = [
            rendering.app.url_for(endpoint, language=language, **values)
            for endpoint, values in named
        ]
    for address in routed:
        target = rendering.names.target(address)
        if target is not None:
            yield target


def shards(release: Release, language: str) -> Iterator[str]:
    """What a click and the filters of the map look into where no server answers them."""
    for columns_of_rights in ("columnas", "hectareas"):
        yield f"/datos/{release.id}/{columns_of_rights}.json"
    rows, lands = read.concessions(release), read.territories(release)
    for digest in sorted({cells.shard(key) for key in (*rows["key"], *lands["key"])}):
        yield f"/datos/{release.id}/{language}/derechos/{digest}.json"
    boxes = np.array([rows.total_bounds, lands.total_bounds])
    west, south = np.nanmin(boxes[:, :2], axis=0).tolist()
    east, north = np.nanmax(boxes[:, 2:], axis=0).tolist()
    columns, lines = cells.tiles((west, south, east, north), cells.SHARD_ZOOM)
    for column in columns:
        for row in lines:
            yield f"/datos/{release.id}/{language}/cerca/{column}-{row}.json"


def write_tiles(release: Release, box: cells.Box, out: Path) -> None:
    """Every tile of a box as a file, unpacked. An empty file says that there is nothing, where a
    web server would say that something is missing.
    """
    for named, file in tiles.ARCHIVES.items():
        if file not in release.said["files"]:
            continue
        found = archive.tiles(release, file)
        for zoom in range(found.first_zoom, found.last_zoom + 1):
            columns, rows = cells.tiles(box, zoom)
            for column in columns:
                made = out / "teselas" / release.id / named / str(zoom) / str(column)
                made.mkdir(parents=True)
                for row in rows:
                    content = found.tile(zoom, column, row)
                    path = made / f"{row}.mvt"
                    path.write_bytes(gzip.decompress(content) if content else b"")


def addresses(app: Flask, language: str, endpoints: tuple[str, ...]) -> list[str]:
    """The addresses of pages that need nothing but a language."""
    with app.test_request_context():
        return [app.url_for(endpoint, language=language) for endpoint in endpoints]
