"""Nothing that people told the register is in any byte that the public can reach.

A register is filled with invented secrets: places in every form, names, telephones, a photo that
says where it was taken. What was told is approved, consented and published. Then every file of the
public folders, every answer of the public application and every line that was logged is opened as
far as it can be, and searched. The same search finds each secret that is planted on purpose.
"""

import base64
import gzip
import io
import json
import logging
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pikepdf
import pypdfium2
import pytest
import typst
from flask import Flask
from PIL import Image
from werkzeug.exceptions import HTTPException

from geo.boxes import places as kept_places
from geo.boxes import public_folder, two_people
from geo.boxes.propose import propose
from geo.boxes.public_bytes import wanted as what_is_secret
from geo.boxes.publish import publish
from geo.boxes.report import blocking
from geo.boxes.search import Hit, Wanted, hits
from geo.boxes.unpacking import Piece, of_folder, pieces
from geo.cli import keep
from geo.crs import route
from geo.errors import ReleaseDamaged
from geo.home import Home, stopped
from geo.intake import snapshots
from geo.pipeline import build
from geo.register import attachments, consent, dossier, names, opening, review, store
from geo.register.keyring import Secret
from geo.register.lists import (
    ConsentWord,
    Noun,
    PlacePrecision,
    Release,
    SubjectKind,
    Told,
)
from geo.register.nouns import (
    Act,
    Community,
    Consent,
    Event,
    Field,
    Source,
    Spot,
    Subject,
)
from geo.register.store import Register, writing
from geo.release.facets import row_id
from geo.release.published import from_bytes, to_bytes
from geo.terms import Audience, Tier
from geo.world import read_world
from webmap import outline
from webmap.copies import cells
from webmap.pack import write_pack
from webmap.public.areas import areas
from webmap.public.download_forms import FORMS as FORMS_OF_FILES
from webmap.public.shelf import Shelf
from webmap.public.tiles import opened
from webmap.site import write_site
from webmap.web import Packed, static_files

EARLY = datetime(2026, 2, 1, tzinfo=UTC)
ON = date(2026, 11, 21)

# away from every right of the demonstration, so that nothing is like them by chance
POINTS = (
    (-69.6781234, -12.5712345),
    (-69.6612378, -12.5423457),
    (-69.6934561, -12.5567891),
    (-69.6887654, -12.5534567),
    (-69.6654327, -12.5845678),
)
NAMES = (
    "Zulmira Inventada Quispecanta",
    "Teófilo Ficticio Huamanchoque",
    "Yakusachakuna Llaqtainventada",
)
PHONES = ("987 001 002", "+51 912 003 004")
WORDS = ("el caso inventado de la quebrada sin nombre", "EXP-INVENTADO-00417-2026")


def _plane(code: str, lon: float, lat: float) -> tuple[float, float]:
    x, y = route(code).back(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


def _sexagesimal(value: float) -> str:
    whole = round(abs(value) * 3600, 1)
    return f"{int(whole // 3600)}°{int(whole % 3600 // 60)}'{whole % 60:.1f}\""


def _forms() -> dict[str, str]:
    """Each canary as somebody might write it."""
    (lon, lat), (other_lon, other_lat) = POINTS[:2]
    east, north = _plane("EPSG:32719", lon, lat)
    old_east, old_north = _plane("EPSG:24879", other_lon, other_lat)
    return {
        "decimal": f"{lon}, {lat}",
        "three decimals": f"{lat:.3f} {lon:.3f}",
        "sexagesimal": f"{_sexagesimal(lat)}S {_sexagesimal(lon)}W",
        "utm": f"19L {east:.0f} {north:.0f}",
        "psad56": f"PSAD56 {old_east:.1f} E, {old_north:.1f} N",
        "name": NAMES[0],
        "name turned round": "QUISPECANTA, Zulmira Inventada",
        "telephone": PHONES[0],
        "telephone otherwise": "(+51) 987-001-002",
        "words": WORDS[0],
    }


FORMS = _forms()


def _photo(lon: float, lat: float, name: str) -> bytes:
    picture = Image.effect_noise((64, 48), 40).convert("RGB")
    exif = picture.getexif()
    exif[0x013B] = name
    exif[0x8825] = {1: "S", 2: _parts(lat), 3: "W", 4: _parts(lon)}
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


def _parts(value: float) -> tuple[float, float, float]:
    whole = abs(value) * 3600
    return float(whole // 3600), float(whole % 3600 // 60), round(whole % 60, 4)


@dataclass(frozen=True, eq=False)
class World:
    """A home with a full register and everything public made from it."""

    home: Home
    register: Register
    wanted: Wanted
    app: Flask
    logged: list[str] = field(default_factory=list)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def world(
    demonstration: Home,
    public: Callable[[Home], Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """The demonstration, boxes published from a register of secrets, and all that was logged."""
    root = tmp_path_factory.mktemp("canaries")
    home = Home(root, demonstration.data, demonstration.now)
    shutil.copytree(demonstration.releases("public"), home.releases("public"), symlinks=True)
    heard = _Lines()
    logging.getLogger().addHandler(heard)
    secret = Secret("file", bytes(range(32)))
    register = opening.create("", home.register, (secret,))
    try:
        _fill(register)
        known = what_is_secret(register)
        wanted = Wanted(known.places, known.names, (*known.words, *WORDS))
        _publish(home, register)
        app = public(home)
        yield World(home, register, wanted, app, heard.lines)
    finally:
        opening.close(register)
        logging.getLogger().removeHandler(heard)


def _fill(register: Register) -> None:
    with writing(register, "docu", EARLY) as txn:
        names.add(txn, [*NAMES, *PHONES])
        lives = [store.put(txn, Noun.COMMUNITY, Community(f"c{n}", NAMES[2])) for n in range(2)]
        people = [
            store.put(
                txn,
                Noun.SUBJECT,
                Subject(
                    SubjectKind.PERSON,
                    f"s{n}",
                    lives[n % 2],
                    organisation=NAMES[1],
                    description=" ".join(FORMS.values()),
                    contact=PHONES[0],
                ),
            )
            for n in range(3)
        ]
        for one in (*lives, *people):
            word = Consent(one, Audience.BOXES, ConsentWord.GIVEN, said_on="2026-01-01")
            consent.record(txn, word)
        rows = [_told(register, txn, n, lives, people) for n in range(5)]
    for row in rows:
        with writing(register, "revisa", EARLY) as txn:
            found = dossier.gather(txn, row)
            assert found is not None
            review.approve(txn, found, " ".join(FORMS.values()))


def _told(
    register: Register, txn: store.Writing, n: int, lives: list[str], people: list[str]
) -> str:
    lon, lat = POINTS[n]
    all_of_it = " / ".join(FORMS.values())
    event = Event(
        title=f"{NAMES[0]}: {WORDS[0]}",
        narrative=all_of_it,
        happened_on="2026-01-17",
        spot=Spot("", PlacePrecision.EXACT, lon, lat, FORMS["psad56"], all_of_it),
        communities=(lives[n % 3 % 2],),
        community_concerned=Told.YES,
        organisation=NAMES[2],
        case_numbers=(WORDS[1],),
        submitted=True,
        author="docu",
    )
    row = store.put(txn, Noun.EVENT, event)
    store.put(txn, Noun.ACT, Act(people[n % 3], ("P01",), note=all_of_it), event=row)
    store.put(txn, Noun.SOURCE, Source("S01", contact=PHONES[1], text=all_of_it), event=row)
    photo = attachments.take(register, _photo(lon, lat, NAMES[0]), f"{NAMES[0]}.jpg")
    kept = store.put(txn, Noun.ATTACHMENT, photo, event=row)
    store.put(txn, Noun.FIELD, Field(kept, points=((lon, lat, ""),)), event=row)
    return row


def _publish(home: Home, register: Register) -> None:
    places = kept_places.demonstration(home)
    with writing(register, "ana", home.now()) as txn:
        asked = propose(txn, places, ON, public_folder.now_public(home.boxes), WORDS[0])
    [request] = two_people.waiting(register, Release.BOXES)
    for who in ("ana", "beto"):
        with writing(register, who, home.now()) as txn:
            two_people.approve(txn, Release.BOXES, asked, request.content.digest)
    shown = publish(
        home,
        register,
        "ana",
        asked,
        places,
        ON,
        lambda made: blocking(home, register, made, places, ON),
    )
    assert [(box.district, box.count) for box in shown.boxes] == [("Remanso", 5)]


# ---------------------------------------------------------------- what the public can reach


AREA = {
    "type": "Polygon",
    "coordinates": [[[-69.48, -12.6], [-69.4, -12.6], [-69.4, -12.5], [-69.48, -12.5]]],
}
# what each address that takes a body is asked; none of it is a secret, for answers repeat it
ASKED: dict[str, dict[str, Any]] = {
    "area_data": {"json": AREA},
    "area_file": {"data": {"area": json.dumps(AREA)}},
    "contour": {"json": {"territorio": "demo-territories:T-001"}},
    "keep_more_data": {"json": {"bbox": [-69.8, -12.7, -69.3, -12.4]}},
    "keep_rights_data": {"json": {"derechos": ["demo-territories:T-001"]}},
    "point": {"json": {"lon": -69.4665, "lat": -12.5545, "zoom": 8}},
    "print_sheet": {"data": {"centro": "-69.67,-12.56", "escala": "100000"}},
    "search": {"json": {"q": "a"}},
    "selected_file": {"data": {}},
    "table_page": {"data": {"capa": "derechos"}},
}

# the same rows of the same release in either
IN_ONE_LANGUAGE = (
    "area_file",
    "near_data",
    "overlap_page",
    "right_data",
    "rights_data",
    "selected_file",
)


def _addresses(app: Flask, home: Home) -> list[str]:
    """An address for every route, and for every thing that a route can be asked for; of what
    there is by the hundred, some. A new kind of address fails here until it is thought of.
    """
    edition = Shelf(home.releases("public")).current()
    found = areas(edition, Packed(outline.departments(home.data), "application/geo+json"))
    keys = [*edition.concessions.index, *edition.lands]
    values: dict[str, list[str]] = {
        "language": ["es", "en"],
        "release": [edition.id],
        "case_id": [*edition.cases],
        "name": [*static_files()],
        "form": [*FORMS_OF_FILES],
        "pair_id": [*edition.pairs["id"][::6]],
        "older_id": ["0" * 12],
        "feature_id": [row_id(keys[0])],
        "_rest": ["nada"],
        "digest": sorted({cells.shard(key) for key in keys})[::8],
        "named": ["overlaps", "concessions", "territories"],
    }
    tiles = {"datos": (10, slice(None, None, 2)), "fondo": (5, slice(None, 5))}
    squares = {
        "tile": [
            {"named": named, "zoom": str(zoom), "column": str(x), "row": str(y)}
            for named, (last, some) in tiles.items()
            for zoom, x, y, _size in [*opened(edition, named).every(last)][some]
        ],
        "near_data": [
            {"x": str(x), "y": str(y)}
            for x, y in product(*cells.tiles((-69.8, -12.7, -69.3, -12.4), cells.SHARD_ZOOM))
        ],
    }
    made = []
    for rule in app.url_map.iter_rules():
        told = {
            **values,
            "key": [*(edition.concessions.index[::6] if "derecho" in rule.rule else edition.lands)],
            "slug": [*(found.districts if "distrito" in rule.rule else found.departments)],
        }
        if rule.endpoint in IN_ONE_LANGUAGE:
            told |= {"language": ["es"]}
        if rule.rule.endswith("expediente.zip"):
            # one of each kind: the others hold the same files of the same release
            tied = [one for one, case in edition.cases.items() if case["territories"]]
            told |= {"language": ["es"], "key": told["key"][:1], "case_id": tied[-1:]}
        for square in squares.get(rule.endpoint, [{}]):
            asked = told | {name: [number] for name, number in square.items()}
            assert rule.arguments <= {*asked}, f"{rule.rule}: say what to ask it for"
            made += _filled(rule.rule, {name: asked[name] for name in rule.arguments})
    return made


def _filled(rule: str, values: dict[str, list[str]]) -> list[str]:
    made = [rule]
    for name, told in values.items():
        pattern = re.compile(rf"<(?:\w+:)?{name}>")
        made = [pattern.sub(lambda _, one=one: one, address) for address in made for one in told]
    return made


def _answers(app: Flask, addresses: list[str]) -> Iterator[Piece]:
    client = app.test_client()
    known: set[bytes] = set()
    routes = app.url_map.bind("")
    for address in addresses:
        for method in ("GET", "POST"):
            with suppress(HTTPException):
                endpoint, _values = routes.match(unquote(address), method)
                asked = ASKED[endpoint] if method == "POST" else {}
                answer = client.open(
                    address, method=method, headers={"Accept-Encoding": "gzip"}, **asked
                )
                assert method == "GET" or answer.status_code == 200, address
                yield from _opened(f"{method} {address}", answer, known)
                answer.close()


def _opened(where: str, answer: Any, known: set[bytes] | None = None) -> Iterator[Piece]:
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    yield Piece(f"{where} (cabeceras)", head.encode())
    content = answer.get_data()
    if "/caso/" in where and content.startswith(b"PK"):
        # a hundred pages of drawings: what they say is read, not how each line is drawn
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                member = archive.read(name)
                if name.endswith(".pdf"):
                    yield from _with_pdf(iter([Piece(f"{where} › {name}", member)]))
                else:
                    yield from pieces(f"{where} › {name}", member, known)
        return
    yield from _with_pdf(pieces(where, content, known))


def _with_pdf(found: Iterator[Piece]) -> Iterator[Piece]:
    """What a reader of a PDF would see and what it says of itself, beside its bytes."""
    for piece in found:
        yield piece
        if piece.raw.startswith(b"%PDF-"):
            with pypdfium2.PdfDocument(piece.raw) as document:
                told = [str(document.get_metadata_dict())]
                for number in range(len(document)):
                    page = document[number]
                    text = page.get_textpage()
                    told.append(text.get_text_range())
                    text.close()
                    page.close()
            yield Piece(f"{piece.where} (texto)", "\n".join(told).encode())


def _found(world: World, found: Iterator[Piece]) -> list[Hit]:
    return list(hits(world.wanted, found))


# ---------------------------------------------------------------- none is found


def test_no_secret_is_in_the_public_folders(world: World) -> None:
    assert [path.name for path in world.home.boxes.iterdir()] == ["boxes.json"]
    assert _found(world, _with_pdf(of_folder(world.home.boxes))) == []
    assert _found(world, _with_pdf(of_folder(world.home.releases("public")))) == []


def test_no_secret_is_in_any_answer_of_the_public_application(world: World) -> None:
    addresses = _addresses(world.app, world.home)
    kinds = {rule.endpoint for rule in world.app.url_map.iter_rules()}
    assert len(addresses) > len(kinds)
    assert _found(world, _answers(world.app, addresses)) == []


def test_no_secret_is_in_an_error(world: World, public: Callable[[Home], Flask]) -> None:
    app = public(world.home)
    app.testing = False

    def broken(**_: object) -> str:
        raise RuntimeError("broken on purpose")

    def damaged(**_: object) -> str:
        raise ReleaseDamaged("dañada a propósito")

    app.view_functions["map_page"] = broken
    app.view_functions["cases_page"] = damaged
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    asked = [
        (405, client.post("/es/")),
        (404, client.get("/es/nada")),
        (404, client.get("/boxes/boxes.json")),
        (404, client.get("/register/register.sqlite")),
        (404, client.get("/static/../../register/register.sqlite")),
        (404, client.get("/es/territorio/..%2f..%2fregister")),
        (500, client.get("/es/")),
        (500, client.get("/es/casos")),
        (413, client.post("/es/", data=b"x" * 10_000_000)),
    ]
    for status, answer in asked:
        assert answer.status_code in (status, 405), answer.request.path
        assert _found(world, _opened(answer.request.path, answer)) == []
    empty = Home(world.home.root / "empty", world.home.data, world.home.now)
    assert _found(world, _opened("503", public(empty).test_client().get("/es/"))) == []


def test_no_secret_is_logged(world: World) -> None:
    world.app.logger.warning("the log is heard")
    assert any("the log is heard" in line for line in world.logged)
    assert _found(world, pieces("log", "\n".join(world.logged).encode())) == []


def test_no_secret_lies_readable_in_the_register_itself(world: World) -> None:
    assert _found(world, of_folder(world.home.register)) == []


# ---------------------------------------------------------------- and the search bites


def _zip(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", content)
    return made.getvalue()


def _pdf(content: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Keywords"] = content.decode()
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _exif(content: bytes) -> bytes:
    made = io.BytesIO()
    picture = Image.new("RGB", (4, 4))
    exif = picture.getexif()
    exif[0x010E] = content.decode()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


PLANTED: dict[str, Callable[[bytes], bytes]] = {
    "x.json": lambda content: json.dumps({"note": content.decode()}).encode(),
    "x.json.gz": gzip.compress,
    "x.zip": lambda content: _zip(_zip(content)),
    "x.txt": base64.b64encode,
    "x.pdf": _pdf,
    "x.jpg": _exif,
}


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_is_planted_is_found(
    world: World, form: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(PLANTED[name](f"aquí: {FORMS[form]}.".encode()))
    assert _found(world, of_folder(tmp_path))


def test_a_photo_with_its_place_is_found(world: World, tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(_photo(*POINTS[3], "nadie"))
    assert _found(world, of_folder(tmp_path))


def test_a_secret_in_a_pdfs_text_alone_is_found(world: World, tmp_path: Path) -> None:
    source = tmp_path / "x.typ"
    source.write_text(f"Aquí estuvo {NAMES[1]}, en {FORMS['utm']}.")
    content = typst.compile(source)
    kinds = {hit.kind for hit in _found(world, _with_pdf(pieces("x.pdf", content)))}
    assert {kind.value for kind in kinds} == {"name", "place"}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_that_gets_into_the_public_file_is_found_in_the_answers(
    world: World, form: str, public: Callable[[Home], Flask], tmp_path: Path
) -> None:
    home = Home(tmp_path, world.home.data, world.home.now)
    shown = from_bytes((world.home.boxes / "boxes.json").read_bytes())
    said = json.loads(to_bytes(shown))
    said["boxes"][0]["district"] = FORMS[form]
    planted = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    public_folder.write(home.boxes, planted.encode(), shown.quarter)
    found = {
        hit.where.partition(" ")[2].partition(" ")[0]
        for hit in _found(world, _answers(public(home), ["/es/amenazas", "/en/amenazas.json"]))
    }
    assert found == {"/es/amenazas", "/en/amenazas.json"}


def test_a_secret_in_a_release_is_found_in_the_answers(
    world: World, public: Callable[[Home], Flask], tmp_path: Path
) -> None:
    home = Home(tmp_path, world.home.data, world.home.now)
    shutil.copytree(world.home.releases("public"), home.releases("public"), symlinks=True)
    app = public(home)
    app.view_functions["health"] = lambda: {"x": FORMS["decimal"]}
    app.view_functions["static_file"] = lambda name: gzip.compress(FORMS["name"].encode())
    assert len(_found(world, _answers(app, ["/salud", "/static/deslinde.css"]))) == 2


# ---------------------------------------------------------------- what an import keeps back

LAND = "Yakusachakuna Llaqtainventada"
WITHHELD = ("Quispecanta", "Llaqtainventada", "SECRETO-7731")
# what the copies do not hold: the shards and the lists are looked for there
ASKED_OF_WITHHELD = ("index_data", "right_page", "changes_page")


@pytest.fixture(scope="module")
def withheld(demonstration: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demonstration in one language, its people under a name that is looked for, and beside
    it a territory that nobody may see.
    """
    root = tmp_path_factory.mktemp("withheld")
    data = root / "data"
    left = shutil.ignore_patterns("built", "en")
    shutil.copytree(demonstration.data, data, ignore=left)
    (data / "built").symlink_to(demonstration.data / "built")
    for path in (data / "demo").glob("*.geojson"):
        text = path.read_text("utf-8")
        for column in ("TIT_CONCES", "CONCESION"):
            text = re.sub(
                rf'("{column}": ?)"PERSONA NATURAL ILUSTRATIVA (\d+)"',
                r'\1"ZULMIRA INVENTADA QUISPECANTA"',
                text,
            )
        path.write_text(text, "utf-8")
    claims = json.loads((data / "demo" / "demo-claims.geojson").read_text("utf-8"))
    [claim] = claims["features"]
    claim["properties"] |= {"CODIGO": "SECRETO-7731", "NOMBRE": LAND}
    ring = [*POINTS[:2], (-69.4663, -12.5543), POINTS[0]]  # it reaches into a right
    claim["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    (root / "secret.geojson").write_text(json.dumps(claims), "utf-8")
    said = (data / "sources" / "demo-claims.toml").read_text("utf-8")
    (data / "sources" / "demo-secret.toml").write_text(
        said.replace('"demo-claims"', '"demo-secret"')
    )
    home = Home(root / "var", data, demonstration.now)
    shown = keep.demonstration(home)
    kept = snapshots.keep(stopped(home, home.now()), root / "secret.geojson", "demo-secret")
    secret = replace(
        next(one for one in shown if one.snapshot.source_id == "demo-claims"),
        snapshot=kept,
        tier=Tier.RESTRICTED,
    )
    build(home, read_world(home), (*shown, secret), "", lambda _said: None)
    return home


def _kept_back(found: Iterator[Piece]) -> list[Hit]:
    return list(hits(Wanted(words=WITHHELD), found))


def _endpoint(app: Flask, address: str) -> str:
    with suppress(HTTPException):
        return str(app.url_map.bind("").match(unquote(address), "GET")[0])
    return ""


def _asked(app: Flask, home: Home) -> Iterator[Piece]:
    """What a reader gets of all that a release is made into."""
    wanted = [
        address for address in _addresses(app, home) if _endpoint(app, address) in ASKED_OF_WITHHELD
    ]
    yield from _answers(app, wanted)
    client = app.test_client()
    for layer in ("territories", "concessions", "overlaps"):
        address = f"/ogc/collections/{layer}/items?limit=1000"
        yield from _opened(address, client.get(address))
    for name, form in product(("territorios", "derechos", "superposiciones"), FORMS_OF_FILES):
        answer = client.post(f"/es/superposiciones.{form}", data={"capa": name})
        assert answer.status_code == 200
        yield from _opened(f"{name}.{form}", answer)
    release = Shelf(home.releases("public")).current().id
    for word in ("zulmira", "yakusachakuna", "secreto"):
        found = client.post(f"/datos/{release}/es/buscar", json={"q": word})
        assert found.get_json()["found"] == []
    sheet = client.post("/es/imprimir", data={"centro": "-69.4665,-12.5545", "escala": "100000"})
    assert sheet.status_code == 200
    yield from _opened("hoja", sheet)


PLAIN = (".css", ".csv", ".geojson", ".html", ".js", ".json", ".kml", ".mvt", ".txt")


def _told_in(folder: Path) -> list[str]:
    """The files of a copy that hold what is withheld; most of them are written as they are read."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, raw = path.relative_to(folder).as_posix(), path.read_bytes()
        if path.suffix in PLAIN:
            found += [name for word in WITHHELD if word.lower().encode() in raw.lower()]
        else:
            found += [hit.where for hit in _kept_back(pieces(name, raw))]
    return found


def test_what_is_withheld_of_an_import_is_in_nothing_that_is_made_of_the_release(
    withheld: Home, public: Callable[[Home], Flask], tmp_path: Path
) -> None:
    assert _kept_back(of_folder(withheld.releases("public"))) == []
    assert _kept_back(_asked(public(withheld), withheld)) == []
    write_site(withheld, tmp_path / "site", with_rights=False)
    write_pack(withheld, tmp_path / "stick", territory="demo-territories:T-001")
    for name in ("site", "stick"):
        assert _told_in(tmp_path / name) == []


def test_what_is_withheld_is_found_where_it_stands(
    withheld: Home, public: Callable[[Home], Flask], tmp_path: Path
) -> None:
    found = _kept_back(of_folder(withheld.releases("restricted")))
    files = {Path(hit.where.partition(" ")[0]).name for hit in found}
    assert {"concessions.parquet", "territories.parquet", "overlaps.gpkg"} <= files
    app = public(withheld)
    edition = app.extensions["shelf"].current()
    edition.prepared["edition", "territories"] = edition.territories.assign(name=LAND)
    client = app.test_client()
    for form in FORMS_OF_FILES:
        answer = client.post(f"/es/superposiciones.{form}", data={"capa": "territorios"})
        assert _kept_back(_opened(form, answer)), form
        (tmp_path / f"x.{form}").write_bytes(answer.data)
    assert len(set(_told_in(tmp_path))) >= len(FORMS_OF_FILES)
    items = client.get("/ogc/collections/territories/items")
    assert _kept_back(_opened("items", items))
    release = edition.id
    asked = client.post(f"/datos/{release}/es/buscar", json={"q": "yakusachakuna"})
    assert asked.get_json()["found"] != []
