"""`deslinde boxes` and `deslinde places`, as a steward uses them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.boxes import public_folder, two_people
from geo.boxes import state as remembered
from geo.boxes.propose import open_proposal
from geo.cli.terminal import answer
from geo.home import Home, data_folder
from geo.register.keyring import Secret
from geo.register.lists import Noun, Release
from geo.register.store import Register, bury, writing
from webmap.cli import deslinde as group

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def deslinde(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    secret: Secret,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """`deslinde("boxes", …)` with the test's home, key and clock."""
    key = tmp_path_factory.mktemp("usb") / "key"
    key.write_text(secret.value.hex())
    key.chmod(0o600)
    monkeypatch.setenv("DESLINDE_HOME", str(tmp_path))
    monkeypatch.setenv("DESLINDE_REGISTER_KEY_FILE", str(key))
    monkeypatch.setenv("DESLINDE_NOW", "2026-11-22T12:00:00+00:00")

    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = answer(group, [str(argument) for argument in arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def with_places(deslinde: Run) -> Run:
    """The command where the demonstration's districts were brought in."""
    code, out, _ = deslinde("places", data_folder() / "demo" / "demo-districts.geojson")
    assert (code, out) == (0, "12 distritos, 4 provincias, 2 departamentos (ilustrativos)\n")
    return deslinde


def _approve(register: Register, home: Home) -> None:
    waiting = open_proposal(register)
    assert waiting is not None
    [kept] = two_people.waiting(register, Release.BOXES)
    for who in ("ana", "beto"):
        with writing(register, who, home.now()) as txn:
            two_people.approve(txn, Release.BOXES, waiting[0], kept.content.digest)


def test_from_the_proposal_to_the_public_file(
    with_places: Run, register: Register, home: Home, box_of_five: tuple[str, ...]
) -> None:
    deslinde = with_places
    code, out, _ = deslinde("boxes", "status")
    assert (code, out.splitlines()[0]) == (0, "Todavía no se publicó nada desde este registro.")
    code, out, _ = deslinde("boxes", "check")
    assert code == 0
    assert "+ Ribera Media, Palma Real Ilustrativa, Bajo Ilustrativo, 2026–2026: 5 hechos" in out
    assert "5 hechos de 3 personas y 2 comunidades" in out
    assert deslinde("boxes", "publish")[0] == 2
    assert deslinde("boxes", "propose", "--note", "primera")[0] == 0
    code, _, err = deslinde("boxes", "publish")
    assert code == 2
    assert "hay 0 de 2" in err
    _approve(register, home)
    assert "2 de 2 aprobaciones" in deslinde("boxes", "status")[1]
    assert "Ribera Media" in deslinde("boxes", "show")[1]
    code, out, _ = deslinde("boxes", "publish")
    assert (code, out) == (0, "Publicado: 1 paquetes, hasta 2026-Q3.\n")
    assert json.loads((home.boxes / "boxes.json").read_bytes())["boxes"][0]["count"] == 5


def test_a_withdrawal_is_said_loudly_until_it_is_published(
    with_places: Run,
    register: Register,
    home: Home,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
) -> None:
    deslinde = with_places
    deslinde("boxes", "propose")
    _approve(register, home)
    deslinde("boxes", "publish")
    take_back(box_of_five[0])
    assert "ATENCIÓN: 1 hechos publicados se retiraron" in deslinde("boxes", "status")[1]
    out = deslinde("boxes", "check")[1]
    assert "Es un retiro" in out
    assert "- Ribera Media" in out
    deslinde("boxes", "propose")
    _approve(register, home)
    assert deslinde("boxes", "publish")[0] == 0
    assert "ATENCIÓN" not in deslinde("boxes", "status")[1]
    assert json.loads((home.boxes / "boxes.json").read_bytes())["boxes"] == []


def test_what_blocks_is_said_and_ends_with_an_error(
    with_places: Run, register: Register, home: Home, box_of_five: tuple[str, ...]
) -> None:
    deslinde = with_places
    home.boxes.mkdir()
    (home.boxes / "notas.txt").write_text("x")
    code, out, err = deslinde("boxes", "check")
    assert code == 2
    assert "IMPIDE: En la carpeta pública de paquetes hay «notas.txt»" in out
    assert "1 cosas impiden publicar" in err
    deslinde("boxes", "propose")
    _approve(register, home)
    assert "No se publica" in deslinde("boxes", "publish")[2]
    assert not (home.boxes / "boxes.json").exists()


def test_a_publication_cut_short_is_completed_by_the_next_command(
    with_places: Run, register: Register, home: Home, box_of_five: tuple[str, ...]
) -> None:
    deslinde = with_places
    deslinde("boxes", "propose")
    _approve(register, home)
    deslinde("boxes", "publish")
    content = public_folder.now_public(home.boxes)
    kept = remembered.kept(register)
    with writing(register, "ana", home.now()) as txn:
        remembered.remember(txn, kept, kept.state, content, took_away=False)
    (home.boxes / "boxes.json").unlink()
    assert "había quedado a medias" in deslinde("boxes", "status")[1]
    assert public_folder.now_public(home.boxes) == content


def test_a_register_that_does_not_know_what_is_public_begins_anew_or_not_at_all(
    deslinde: Run, register: Register, home: Home, tmp_path: Path, box_of_five: tuple[str, ...]
) -> None:
    demo = (data_folder() / "demo" / "demo-districts.geojson").read_text("utf-8")
    real = tmp_path / "real.geojson"
    real.write_text(demo.replace('"illustrative": true', '"illustrative": false'))
    assert deslinde("places", real)[0] == 0
    deslinde("boxes", "propose")
    _approve(register, home)
    assert deslinde("boxes", "publish")[0] == 0
    with writing(register, "ana", home.now()) as txn:
        bury(txn, Noun.BOXES, remembered.kept(txn).row)
    assert "que este registro no publicó" in deslinde("boxes", "status")[1]
    code, _, err = deslinde("boxes", "propose")
    assert code == 2
    assert "--anew" in err
    assert "Se comienza de nuevo" in deslinde("boxes", "check", "--anew")[1]
    assert deslinde("boxes", "propose", "--anew")[0] == 0
    _approve(register, home)
    assert deslinde("boxes", "publish")[0] == 0
    assert json.loads(public_folder.now_public(home.boxes))["boxes"] == []
