"""No id, reference, account, day or closing of the register is in any answer of the public site.

The other canaries are what people told; these are what the register itself adds to it.
"""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from geo.boxes import places as kept_places
from geo.boxes import public_folder
from geo.home import Home
from geo.release.boxes import to_bytes
from geo.release.privacy.closing import close
from geo.release.privacy.publication import publication
from geo.release.privacy.state import EMPTY
from geo.stages import Fact, Incidents

MARK = "zq7x"
WAYS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("GET", {"Accept-Encoding": "gzip"}),
    ("GET", {"Range": "bytes=0-9"}),
    ("GET", {"If-None-Match": "*"}),
    ("GET", {"If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"}),
    ("GET", {"Accept-Language": "xx", "Host": f"{MARK}.example"}),
    *((method, {}) for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")),
)
ADDRESSES = ("/es/amenazas", "/en/amenazas", "/es/amenazas.json", "/en/amenazas.json", "/es/", "/x")


@pytest.fixture
def marked(demonstration: Home, tmp_path: Path) -> Home:
    """Boxes of facts whose every id and reference carries the mark, beside the demonstration."""
    home = Home(tmp_path, demonstration.data, demonstration.now)
    home.releases("public").parent.symlink_to(demonstration.releases("public").parent)
    places = kept_places.demonstration(home)
    facts = Incidents(
        tuple(
            Fact(
                f"{MARK}-{n:02d}",
                (f"S-{MARK}-{n}",),
                (f"C-{MARK}-{n % 2}",),
                "990102",
                2025,
                "2026-Q1",
                kinds=("P01",),
            )
            for n in range(6)
        )
    )
    state = close(EMPTY, facts, "2026-Q3", places)
    public_folder.write(home.boxes, to_bytes(publication(state, facts, places)), "2026-Q3")
    return home


def _said(app: Flask) -> Iterator[tuple[str, bytes]]:
    client = app.test_client()
    for address in ADDRESSES:
        for method, headers in WAYS:
            answer = client.open(address, method=method, headers=headers)
            raw = answer.get_data()
            body = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
            yield f"{method} {address} {headers}", str(answer.headers).encode() + body
            answer.close()


def test_what_the_register_calls_things_is_nowhere(
    marked: Home, public: Callable[[Home], Flask]
) -> None:
    told = [*_said(public(marked))]
    assert any(b"Ribera Media" in raw for _, raw in told)
    for where, raw in told:
        assert MARK.encode() not in raw, where
        assert b"2026-Q1" not in raw, where
        assert b"Last-Modified" not in raw, where


def test_an_answer_says_when_it_was_asked_and_never_when_it_was_made(
    marked: Home, public: Callable[[Home], Flask]
) -> None:
    """Two publications of the same boxes are the same answer, whatever the file's time."""
    path = marked.boxes / "boxes.json"
    app = public(marked)

    def asked() -> tuple[object, ...]:
        answer = app.test_client().get("/es/amenazas.json")
        kept = {name: said for name, said in answer.headers if name != "Date"}
        return answer.status_code, kept, answer.get_data()

    first = asked()
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    os.utime(path, (1, 1))
    assert asked() == first
