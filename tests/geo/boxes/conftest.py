"""A home with invented districts, and a register in it that is told of incidents."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.boxes import places as kept_places
from geo.home import Home, data_folder
from geo.places import Places
from geo.register import consent, dossier, review, store
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Community, Consent, Event, Spot, Subject
from geo.register.store import Register, writing
from geo.terms import Audience

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Tell = Callable[..., str]


@pytest.fixture
def now() -> datetime:
    """The instant at which tests write."""
    return NOW


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation whose clock stands at `now`, with the register of the test."""
    return Home(root=tmp_path, data=data_folder(), now=lambda: NOW)


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The districts of the demonstration, as if they were real ones."""
    root = tmp_path_factory.mktemp("places")
    made = kept_places.demonstration(Home(root=root, data=data_folder(), now=lambda: NOW))
    return replace(made, illustrative=False)


@pytest.fixture
def tell(register: Register) -> Tell:
    """`tell("990101", "s1", "c1", "2026-02")` records an incident that may be counted.

    Subjects and communities are known by their references; approved in the first quarter.
    """
    known: dict[str, str] = {}

    def community(txn: store.Writing, reference: str) -> str:
        if reference not in known:
            known[reference] = store.put(txn, Noun.COMMUNITY, Community(reference))
            consent.record(txn, _yes(known[reference]))
        return known[reference]

    def person(txn: store.Writing, reference: str, of: str) -> str:
        if reference not in known:
            content = Subject(SubjectKind.PERSON, reference, community=of, woman=Told.YES)
            known[reference] = store.put(txn, Noun.SUBJECT, content)
            consent.record(txn, _yes(known[reference]))
        return known[reference]

    def told(
        place: str,
        subject: str,
        of: str,
        on: str = "2026-01",
        *,
        kinds: tuple[str, ...] = ("threat",),
        spot: Spot | None = None,
        approved_at: datetime = datetime(2026, 2, 1, tzinfo=UTC),
        **said: object,
    ) -> str:
        with writing(register, "docu", approved_at) as txn:
            lives = community(txn, of)
            event = Event(
                happened_on=on,
                spot=spot or Spot(place, PlacePrecision.DISTRICT),
                communities=(lives,),
                community_concerned=Told.YES,
                submitted=True,
                author="docu",
                **said,  # type: ignore[arg-type]
            )
            row = store.put(txn, Noun.EVENT, event)
            harmed = person(txn, subject, lives)
            store.put(txn, Noun.ACT, Act(harmed, kinds), event=row)
        with writing(register, "revisa", approved_at) as txn:
            found = dossier.gather(txn, row)
            assert found is not None
            review.approve(txn, found)
        return row

    return told


def _yes(of: str) -> Consent:
    return Consent(of, Audience.BOXES, ConsentWord.GIVEN, said_on="2026-01-01")


@pytest.fixture
def box_of_five(tell: Tell) -> tuple[str, ...]:
    """Five incidents of one district that make a box, in the order in which they were told."""
    people = (("s1", "c1"), ("s2", "c1"), ("s3", "c2"), ("s1", "c1"), ("s2", "c1"))
    return tuple(tell("990102", subject, of) for subject, of in people)


@pytest.fixture
def take_back(register: Register) -> Callable[[str], None]:
    """`take_back(event)`: the subject of an incident withdraws it from the boxes."""

    def taken_back(event: str) -> None:
        with writing(register, "custodia", NOW) as txn:
            found = dossier.gather(txn, event)
            assert found is not None
            [subject] = found.subjects
            word = Consent(
                subject, Audience.BOXES, ConsentWord.WITHDRAWN, event=event, said_on="2026-11-20"
            )
            consent.record(txn, word)

    return taken_back
