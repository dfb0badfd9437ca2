"""What the public folders hold that they must not: a search with all that the register knows."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.boxes import public_folder
from geo.boxes.coordinates import distinct
from geo.boxes.findings import Finding, Weight
from geo.boxes.search import Hit, Kind, Wanted, hits, hosts
from geo.boxes.unpacking import Piece, of_folder, pieces
from geo.home import Home, read_texts
from geo.register import names, store
from geo.register.lists import Noun, PlacePrecision
from geo.register.store import Register
from geo.release.boxes import FILE
from geo.terms import Tier
from geo.words import _

_SHORTEST_CONTACT = 6
_TELLS = {
    b"Exif\0\0": "EXIF",
    b"/Author": "PDF",
    b"<dc:creator>": "dc:creator",
    b"lastModifiedBy": "lastModifiedBy",
}
_SAID = {
    Kind.PLACE: _(
        "{where}: hay un lugar exacto del registro ({how}). Quítelo de allí antes de publicar."
    ),
    Kind.NAME: _(
        "{where}: hay un nombre o un número de la lista reservada ({how}). Quítelo de allí antes "
        "de publicar."
    ),
    Kind.WORDS: _("{where}: hay un contacto del registro. Quítelo de allí antes de publicar."),
}
_MAYBE = {
    Kind.PLACE: _("{where}: unos números se parecen a un lugar del registro ({how}): mírelo."),
    Kind.NAME: _("{where}: unas palabras se parecen a un nombre de la lista ({how}): mírelo."),
    Kind.WORDS: _("{where}: un texto se parece a uno del registro: mírelo."),
}


def wanted(register: Register) -> Wanted:
    """What must not stand in public: exact places, names of the sealed list, contacts."""
    events = [row.content for row in store.every(register, Noun.EVENT)]
    fields = [row.content for row in store.every(register, Noun.FIELD)]
    points = [
        (one.spot.lon, one.spot.lat)
        for one in events
        if one.spot.precision is PlacePrecision.EXACT
        and one.spot.lon is not None
        and one.spot.lat is not None
    ]
    points += [(p[0], p[1]) for field in fields for p in field.points]
    points += [(p[0], p[1]) for field in fields for track in field.tracks for p in track]
    told = [
        row.content.contact
        for noun in (Noun.SUBJECT, Noun.SOURCE)
        for row in store.every(register, noun)
    ]
    contacts = {one.strip() for one in told if len(one.strip()) >= _SHORTEST_CONTACT}
    return Wanted(distinct(points), names.opened(register), tuple(sorted(contacts)))


def findings(
    home: Home, register: Register, content: bytes, *, took_away: bool
) -> Iterator[Finding]:
    """What is wrong with the public folders, and with `content`, which would be public.

    took_away: nothing but the publication itself may keep in what only takes away.
    """
    secret = wanted(register)
    for name in public_folder.strangers(home.boxes):
        yield Finding(
            Weight.BLOCK,
            _("En la carpeta pública de paquetes hay «{name}», que no debe estar allí: bórrelo."),
            {"name": name},
        )
    ours = [*pieces(FILE, content), *of_folder(home.boxes)]
    for hit in hits(secret, ours):
        yield _finding(hit, Weight.BLOCK, "")
    if hosts(pieces(FILE, content)):
        yield Finding(Weight.BLOCK, _("La publicación nombra una dirección de fuera."))
    releases = home.releases(Tier.PUBLIC.value)
    weight = Weight.LOOK if took_away else Weight.BLOCK
    for hit in hits(secret, of_folder(releases)):
        yield _finding(hit, weight if hit.sure else Weight.LOOK, f"{releases.name}/")
    yield from _foreign(home, releases)
    yield from _metadata(of_folder(releases))


def _finding(hit: Hit, weight: Weight, prefix: str) -> Finding:
    said = (_SAID if hit.sure or weight is Weight.BLOCK else _MAYBE)[hit.kind]
    return Finding(weight, said, {"where": f"{prefix}{hit.where}", "how": hit.how})


def _foreign(home: Home, releases: Path) -> Iterator[Finding]:
    """Hosts that no file of data/ names: a source's own address is no stranger."""
    texts = (
        text.encode()
        for folder in sorted(path for path in home.data.iterdir() if path.is_dir())
        for _name, text in read_texts(folder)
    )
    known = set(hosts(Piece("data", text) for text in texts))
    found = hosts(of_folder(releases))
    for host in sorted(set(found) - known):
        yield Finding(
            Weight.LOOK,
            _("{where}: nombra {host}, que no está entre las fuentes declaradas."),
            {"where": found[host], "host": host},
        )


def _metadata(found: Iterable[Piece]) -> Iterator[Finding]:
    seen = {
        (piece.where.partition(" › ")[0], what)
        for piece in found
        for sign, what in _TELLS.items()
        if sign in piece.raw
    }
    for where, what in sorted(seen):
        yield Finding(
            Weight.LOOK,
            _("{where}: el archivo dice algo de quien lo hizo ({what}): mírelo."),
            {"where": where, "what": what},
        )
