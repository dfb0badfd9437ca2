"""The command as a user runs it: its own process, its own home."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


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
def deslinde(tmp_path: Path) -> Callable[..., Ran]:
    """`deslinde("overlap", …)` runs the command with a home of its own."""

    def run(*arguments: object) -> Ran:
        environment = os.environ | {"DESLINDE_HOME": str(tmp_path / "home")}
        command = [sys.executable, "-W", "error", "-m", "webmap.cli", *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def squares(tmp_path: Path) -> Callable[..., Path]:
    """A GeoJSON of squares in UTM metres with a legacy `crs` member; each (id, east, north, side)."""

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
