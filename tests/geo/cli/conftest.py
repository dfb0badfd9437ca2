"""The command as a user runs it: its own home, its own folder, warnings as errors."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from geo.cli.terminal import answer
from webmap.cli import deslinde as group


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence of a refusal. Fails where there is a traceback or more than a line."""
        assert self.code == 2, (self.code, self.out, self.err)
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


@pytest.fixture
def deslinde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """`deslinde("overlap", …)` runs the command with a home of its own, in a folder of its own."""
    monkeypatch.setenv("DESLINDE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ran:
        capfd.readouterr()
        code = answer(group, [str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def squares(tmp_path: Path) -> Callable[..., Path]:
    """A GeoJSON of squares in metres with a legacy `crs` member; each (id, east, north, side)."""

    def write(
        name: str, *rows: tuple[str, float, float, float], crs: str | None = "EPSG:32719"
    ) -> Path:
        features = [
            {
                "type": "Feature",
                "properties": {"codigo": code, "nombre": f"N {code}"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [
                            [east, north],
                            [east + side, north],
                            [east + side, north + side],
                            [east, north + side],
                            [east, north],
                        ]
                    ],
                },
            }
            for code, east, north, side in rows
        ]
        made: dict[str, Any] = {"type": "FeatureCollection", "features": features}
        if crs:
            urn = f"urn:ogc:def:crs:EPSG::{crs.split(':')[1]}"
            made["crs"] = {"type": "name", "properties": {"name": urn}}
        path = tmp_path / name
        path.write_text(json.dumps(made), encoding="utf-8")
        return path

    return write
