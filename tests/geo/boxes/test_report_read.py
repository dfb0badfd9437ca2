"""The risk report tells of whom the boxes are made: whoever reads it is in the log."""

import pytest

from geo.cli.terminal import answer
from geo.home import Home, data_folder
from geo.register import audit
from geo.register.keyring import Secret
from geo.register.store import Register
from webmap.cli import deslinde as group


def test_who_reads_the_report_from_the_terminal_is_in_the_log(
    register: Register,
    home: Home,
    secret: Secret,
    box_of_five: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = tmp_path_factory.mktemp("usb") / "key"
    key.write_text(secret.value.hex())
    key.chmod(0o600)
    monkeypatch.setenv("DESLINDE_HOME", str(home.root))
    monkeypatch.setenv("DESLINDE_REGISTER_KEY_FILE", str(key))
    monkeypatch.setenv("DESLINDE_NOW", home.now().isoformat())
    districts = data_folder() / "demo" / "demo-districts.geojson"
    assert answer(group, ["places", str(districts)]) == 0
    assert answer(group, ["boxes", "check"]) in (0, 2)
    with register.engine.connect() as connection:
        last = audit.lines(connection, register.opened.keys)[-1]
    assert (last.who, last.deed) == ("orden", "read boxes report")
