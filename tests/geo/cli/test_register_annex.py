"""A reserved annex from the command line: prepared there, approved elsewhere, out only closed."""

import io
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest

from geo.boxes import annexes, two_people
from geo.register import consent, dossier, keyring, opening, review, store
from geo.register.lists import ConsentWord, Noun, Release, SubjectKind, Told
from geo.register.nouns import Act, Consent, Event, Subject
from geo.register.store import Register, writing
from geo.terms import Audience

Run = Callable[..., Any]
WORDS = "cinco palabras al azar aquí"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, deslinde: Run) -> Run:
    """`says("words\\n", "annex", …)` runs a verb of the register with these lines on its input."""
    monkeypatch.setenv("DESLINDE_NOW", NOW.isoformat())

    def run(lines: str, verb: str, *arguments: object) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return deslinde("register", verb, "--passphrase-stdin", *arguments)

    return run


@pytest.fixture
def there(says: Run, tmp_path: Path) -> tuple[str, str]:
    """A register with one incident that a lawyer may see; its id and its subject's."""
    assert says(f"{WORDS}\n", "init").code == 0

    def write(register: Register) -> tuple[str, str]:
        with writing(register, "docu", NOW) as txn:
            who = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, "S-1"))
            told = Event(
                title="Zulmira", community_concerned=Told.NO, submitted=True, author="docu"
            )
            event = store.put(txn, Noun.EVENT, told)
            store.put(txn, Noun.ACT, Act(who, ("T01",)), event=event)
            yes = Consent(who, Audience.LAWYER, ConsentWord.GIVEN, said_on="2026-11-01")
            consent.record(txn, yes)
        with writing(register, "reviewer", NOW) as txn:
            found = dossier.gather(txn, event)
            assert found is not None
            review.approve(txn, found)
        return event, who

    return _with(tmp_path, write)


def _with(tmp_path: Path, deed: Callable[[Register], Any]) -> Any:
    held = keyring.passphrase(WORDS)
    register = opening.open_register("", tmp_path / "home" / "register", held)
    try:
        return deed(register)
    finally:
        opening.close(register)


def _approve(tmp_path: Path) -> str:
    def yes(register: Register) -> str:
        (waits,) = annexes.waiting(register)
        for name in ("lawyer", "steward"):
            with writing(register, name, NOW) as txn:
                two_people.approve(txn, Release.ANNEX, waits.id, waits.digest)
        return waits.id

    row: str = _with(tmp_path, yes)
    return row


def test_it_is_prepared_approved_at_the_desk_and_comes_out_closed(
    says: Run, there: tuple[str, str], tmp_path: Path
) -> None:
    reader = pyrage.x25519.Identity.generate()
    key = str(reader.to_public())
    made = says(f"{WORDS}\n", "annex", "--event", there[0], "--for", "cidh", "--recipient", key)
    assert made.code == 0, made.err
    assert "Zulmira" not in made.out
    row = _approve(tmp_path)
    out = tmp_path / "anexo.age"
    done = says(f"{WORDS}\n", "annex-out", row, "--out", out)
    assert done.code == 0, done.err
    assert pyrage.decrypt(out.read_bytes(), [reader]).startswith(b"%PDF")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = says(f"{WORDS}\n", "annex-out", row, "--out", out)
    assert "ya existe" in again.sentence


def test_without_two_approvals_or_without_consent_no_file_is_left(
    says: Run, there: tuple[str, str], tmp_path: Path
) -> None:
    says(f"{WORDS}\n", "annex", "--event", there[0], "--for", "garantias", "--language", "en")
    row = _with(tmp_path, lambda register: annexes.waiting(register)[0].id)
    out = tmp_path / "anexo.age"
    words = f"{WORDS}\ncuatro palabras muy inventadas\n"
    refused = says(words, "annex-out", row, "--out", out)
    assert "Faltan aprobaciones" in refused.sentence
    _approve(tmp_path)

    def withdrawn(register: Register) -> None:
        with writing(register, "steward", NOW) as txn:
            no = Consent(there[1], Audience.LAWYER, ConsentWord.WITHDRAWN, said_on="2026-11-22")
            consent.record(txn, no)

    _with(tmp_path, withdrawn)
    assert "consentimiento" in says(words, "annex-out", row, "--out", out).sentence
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".age"] == []


def test_what_cannot_be_is_one_sentence(says: Run, there: tuple[str, str]) -> None:
    plain = ("--event", there[0], "--for", "cidh")
    for arguments, said in (
        (("--event", "0" * 32, "--for", "cidh"), "no está"),
        ((*plain, "--recipient", "age1nonsense"), "clave"),
    ):
        assert said in says(f"{WORDS}\n", "annex", *arguments).sentence
    missing = says(f"{WORDS}\n", "annex-out", "0" * 32, "--out", "x.age")
    assert "No hay ningún anexo" in missing.sentence
