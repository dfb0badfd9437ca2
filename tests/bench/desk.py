"""The desk with many incidents: how long its form, its list, its searches and a save take.

    python tests/bench/desk.py [--incidents 10000] [--runs 5]

Incidents of one to three subjects each are invented and written to a register of its own, in a
folder that is removed afterwards; the clock runs from the request to the whole answer, through
the whole application but for the network. Printed: the first answer, which fills the index, and
the median of those after it, in seconds.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from geo.boxes import places as kept_places  # noqa: E402
from geo.home import Home, read_texts  # noqa: E402
from geo.places import Places  # noqa: E402
from geo.register import references, store, vocabulary  # noqa: E402
from geo.register.keyring import Secret  # noqa: E402
from geo.register.lists import Noun, PlacePrecision, SubjectKind, Told  # noqa: E402
from geo.register.nouns import Act, Community, Event, Intervention, Source, Spot, Subject  # noqa: E402
from geo.register.opening import create  # noqa: E402
from geo.register.store import Register, Writing  # noqa: E402
from geo.terms import PlaceLevel  # noqa: E402
from webmap.desk import accounts  # noqa: E402
from webmap.desk.app import create_desk  # noqa: E402
from webmap.desk.desk import Role  # noqa: E402
from webmap.desk.settings import Settings  # noqa: E402

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
STORY = "Llegaron de noche y dijeron que dejen de vigilar el río. Después volvieron. " * 12


def main() -> None:
    """Plants, asks, prints."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--incidents", type=int, default=10_000)
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home", ROOT / "data", lambda: AT)
        register = create("", home.register, (Secret("file", bytes(range(32))),))
        places = kept_places.demonstration(home)
        words = vocabulary.read(read_texts(home.data / "register"))
        started = time.perf_counter()
        events = plant(register, places, words, given.incidents)
        print(f"{len(events):,} incidents planted in {time.perf_counter() - started:.0f} s")
        app = create_desk(
            home,
            register,
            places,
            words,
            Settings(argon2={"rounds": 1, "memory_cost": 8, "parallelism": 1}, limits=False),
        )
        people = {role: enter(app, role) for role in (Role.DOCUMENTER, Role.MONITOR)}
        for role, client in people.items():
            measure(client, events[len(events) // 2], given.runs, role)
        register.engine.dispose()


def plant(register: Register, places: Places, words: Any, count: int) -> list[str]:
    """Invented incidents: heavy use of every part, a few hundred words each."""
    dice = random.Random(4)
    districts = [p.code for p in places.by_code.values() if p.level is PlaceLevel.DISTRICT]
    kinds, measures = list(words.kinds), list(words.measures)
    events: list[str] = []
    while len(events) < count:
        with store.writing(register, "colibri", AT) as txn:
            communities = [_community(txn, n) for n in range(4)]
            events += [
                _incident(txn, dice, districts, kinds, measures, communities)
                for _ in range(min(250, count - len(events)))
            ]
    return events


def _community(txn: Writing, number: int) -> str:
    reference = references.fresh(references.COMMUNITY)
    return store.put(txn, Noun.COMMUNITY, Community(reference, f"Comunidad Inventada {number}"))


def _incident(
    txn: Writing,
    dice: random.Random,
    districts: list[str],
    kinds: list[str],
    measures: list[str],
    communities: list[str],
) -> str:
    community = dice.choice(communities)
    author = "monitor" if dice.random() < 0.02 else "colibri"
    event = store.put(
        txn,
        Noun.EVENT,
        Event(
            title=f"hecho {dice.randrange(10**6)} {dice.choice(('río', 'puerto', 'asamblea'))}",
            narrative=STORY,
            happened_on=f"{dice.randint(2015, 2026)}-0{dice.randint(1, 9)}",
            spot=Spot(dice.choice(districts), PlacePrecision.DISTRICT),
            communities=(community,),
            community_concerned=Told.YES,
            submitted=dice.random() < 0.8,
            author=author,
        ),
    )
    for _ in range(dice.randint(1, 3)):
        who = Subject(
            SubjectKind.PERSON,
            references.fresh(references.SUBJECT),
            community=community,
            woman=dice.choice(list(Told)),
            groups={"indigenous": Told.YES, "land": Told.NO},
        )
        subject = store.put(txn, Noun.SUBJECT, who)
        act = Act(subject, tuple(dice.sample(kinds, 2)))
        store.put(txn, Noun.ACT, act, event=event)
    store.put(txn, Noun.SOURCE, Source("witness", text=STORY[:300]), event=event)
    if dice.random() < 0.5:
        asked = Intervention(dice.choice(measures), requested_on="2026-03-10")
        store.put(txn, Noun.INTERVENTION, asked, event=event)
    return event


def enter(app: Any, role: Role) -> FlaskClient:
    """Somebody at the desk, already in."""
    here = app.extensions["desk_accounts"]
    with app.app_context():
        name = "monitor" if role is Role.MONITOR else "colibri"
        number = accounts.add(here, "bench", name, [role], "una frase de prueba")
        accounts.change_password(here, name, number, "otra frase de prueba")
        accounts.fresh_codes(here, name, number)
        mark = accounts.found(here, name).fs_uniquifier
        here.session.commit()
    client: FlaskClient = app.test_client()
    at = int(AT.timestamp())
    with client.session_transaction() as session:
        session.update(_user_id=mark, _fresh=True, begun_at=at, seen_at=at, proved_at=at)
    return client


def measure(client: FlaskClient, event: str, runs: int, role: Role) -> None:
    """The pages that somebody works with all day."""
    page = client.get("/es/incidentes/nuevo").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def saved() -> int:
        fresh = references.fresh(references.SUBJECT)
        form = {
            "csrf_token": token,
            "do": "draft",
            "title": "guardado",
            "acts": "1",
            "acts-0-fresh": fresh,
            "acts-0-kind": "person",
            "kinds": "T01",
        }
        return client.post("/es/incidentes/nuevo", data=form).status_code

    def searched(**typed: str) -> int:
        return client.post("/es/incidentes", data={"csrf_token": token, **typed}).status_code

    steps: dict[str, Callable[[], int]] = {
        "list": lambda: client.get("/es/incidentes").status_code,
        "search words": lambda: searched(q="vigilar asamblea"),
        "search with filters": lambda: searched(kind="T01", **{"from": "2020", "to": "2024"}),
        "new form": lambda: client.get("/es/incidentes/nuevo").status_code,
        "save": saved,
        "list after a save": lambda: (saved(), client.get("/es/incidentes").status_code)[1],
        "subjects": lambda: client.get("/es/sujetos").status_code,
        "delays": lambda: client.get("/es/demoras").status_code,
    }
    if role is Role.DOCUMENTER:
        steps["open one"] = lambda: client.get(f"/es/incidentes/{event}").status_code
        steps["edit form"] = lambda: client.get(f"/es/incidentes/{event}/editar").status_code
    print(f"--- {role}")
    for name, step in steps.items():
        took = []
        for _ in range(runs + 1):
            started = time.perf_counter()
            status = step()
            took.append(time.perf_counter() - started)
            assert status in (200, 303), (name, status)
        print(f"{name:<22} first {took[0]:6.2f}   then {statistics.median(took[1:]):6.2f}")


if __name__ == "__main__":
    main()
