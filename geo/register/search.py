"""Looking for incidents: an index of what is open, in memory and nowhere else.

It is made once after unlocking, and afterwards takes in only the incidents that were written
since, as the audit log names them. It dies with the process; nothing of it is ever written down.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from geo.answers import folded
from geo.places import COUNTRY, Places
from geo.register import audit, consent, dossier, review, store
from geo.register.audit import Line
from geo.register.dossier import OF_EVENT, Dossier
from geo.register.lists import Noun, State, Told, Verification
from geo.register.store import Kept, Register
from geo.terms import Audience

PAGE = 25
_AFRESH = 500
"""Above so many incidents written since, every table is read once instead."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What a list shows of an incident, and what is looked for in it.

    boxes, lawyer: whether consent opens it to that audience on the day of the index, for whatever
    that audience is there for. places: its place and every wider one. text: its texts, folded.
    earlier: whom only earlier revisions name, since a veto of theirs closes it too.
    apart: what is not for everybody who may read the incident: how to find who told it, how
    consent was given, what reviewers noted.
    """

    event: str
    title: str
    happened_on: str
    place: str
    places: frozenset[str]
    state: State
    waits: bool
    verification: Verification
    kinds: frozenset[str]
    groups: frozenset[str]
    measures: frozenset[str]
    author: str
    boxes: Told
    lawyer: Told
    written_on: str
    text: str
    apart: str
    subjects: frozenset[str]
    communities: frozenset[str]
    earlier: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Entry({self.event})"


@dataclass(frozen=True)
class Query:
    """What is looked for; what is left empty does not matter. Years are inclusive.

    text: every word must be there, accents and capitals aside. waiting: for a reviewer. lacking:
    consent for the boxes. order: `happened`, `written` or `title`; newest first but for titles.
    """

    text: str = ""
    kind: str = ""
    state: State | None = None
    place: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    verification: Verification | None = None
    group: str = ""
    measure: str = ""
    author: str = ""
    waiting: bool = False
    lacking: bool = False
    order: str = "written"
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class Found:
    """One page. total: of all pages."""

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int


@dataclass(eq=False, repr=False)
class Index:
    """The index of one open register; one for the whole application, used by several threads."""

    register: Register
    places: Places
    _entries: dict[str, Entry] = field(default_factory=dict)
    _naming: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _day: str = ""
    _last: Line | None = None
    _count: int = -1
    _lock: Lock = field(default_factory=Lock)

    def find(
        self,
        query: Query,
        on: str,
        may: Callable[[Entry], bool] = lambda _: True,
        *,
        apart: bool = True,
        story: bool = True,
    ) -> Found:
        """One page of what answers the query. on: today. may: which entries the asker may see.

        apart: whether what stands apart is looked through too. story: whether anything is but
        the title.
        """
        entries = self.entries(on)
        wanted = folded(query.text).split()
        hits = [
            one
            for one in entries
            if _answers(one, query)
            and may(one)
            and (_tells(one, wanted, apart) if story else _is_called(one, wanted))
        ]
        hits.sort(key=_key(query.order), reverse=query.order != "title")
        pages = max(1, -(-len(hits) // query.size))
        page = min(max(query.page, 1), pages)
        shown = hits[(page - 1) * query.size : page * query.size]
        return Found(tuple(shown), len(hits), page, pages)

    def entries(self, on: str) -> tuple[Entry, ...]:
        """Every incident as it lies in the register now, its consent as of a day."""
        with self._lock:
            count = store.changes(self.register)
            if count != self._count or on != self._day:
                self._take_in(on)
                self._count = count
            return tuple(self._entries.values())

    def _take_in(self, on: str) -> None:
        new = self._since()
        touched = None if new is None or on != self._day else self._touched(new)
        if touched is None or len(touched) > _AFRESH:
            self._all(on)
        else:
            for event in touched:
                self._put(event, dossier.gather(self.register, event), on)
        if new:
            self._last = new[-1]
        self._day = on

    def _since(self) -> list[Line] | None:
        """The lines of the audit log since the last look; None where they do not follow on it."""
        first = self._last.n if self._last else 1
        with self.register.engine.connect() as connection:
            if self._last is None:
                count, _ = audit.end(connection, self.register.opened.keys)
                first = max(count, 1)
            lines = audit.lines(connection, self.register.opened.keys, first)
        if self._last is None:
            self._last = lines[-1] if lines else None
            return None
        if not lines or lines[0] != self._last:
            self._last = lines[-1] if lines else None
            return None
        return lines[1:]

    def _touched(self, lines: list[Line]) -> set[str] | None:
        """The incidents that these deeds were done to; None where it cannot be told."""
        made: set[str] = set()
        for verb, noun, row in {_parts(line) for line in lines}:
            if verb not in ("write", "withdraw", "forget") or noun not in _NOUNS:
                continue
            named = self._of_row(Noun(noun), row)
            if named is None:
                return None
            made |= named
        return made

    def _of_row(self, noun: Noun, row: str) -> set[str] | None:
        if noun is Noun.EVENT:
            return {row}
        if noun in (Noun.SUBJECT, Noun.COMMUNITY):
            return set(self._naming[row])
        found = store.event_of(self.register, noun, row)
        if not found:
            return None
        # a word about all of somebody's incidents hangs on whoever said it
        return self._naming[found] | ({found} if noun in OF_EVENT else self._about(found))

    def _about(self, row: str) -> set[str]:
        return {row} if row in self._entries else set()

    def _all(self, on: str) -> None:
        self._entries.clear()
        self._naming.clear()
        for event, found in dossier.every(self.register).items():
            self._put(event, found, on)

    def _put(self, event: str, found: Dossier | None, on: str) -> None:
        old = self._entries.pop(event, None)
        for row in () if old is None else _named(old):
            self._naming[row].discard(event)
        if found is None:
            return
        entry = self._entries[event] = _entry(found, self.places, on)
        for row in _named(entry):
            self._naming[row].add(event)


def _named(one: Entry) -> frozenset[str]:
    return one.subjects | one.communities | one.earlier


_NOUNS = frozenset({Noun.EVENT, Noun.SUBJECT, Noun.COMMUNITY, Noun.CONSENT, *OF_EVENT})


def _parts(line: Line) -> tuple[str, str, str]:
    verb, _, noun = line.deed.partition(" ")
    return verb, noun, line.about


def _key(order: str) -> Callable[[Entry], tuple[str, str]]:
    if order == "title":
        return lambda one: (folded(one.title), one.event)
    if order == "happened":
        return lambda one: (one.happened_on, one.event)
    return lambda one: (one.written_on, one.event)


def _tells(one: Entry, wanted: list[str], apart: bool) -> bool:
    return all(word in one.text or (apart and word in one.apart) for word in wanted)


def _is_called(one: Entry, wanted: list[str]) -> bool:
    title = folded(one.title)
    return all(word in title for word in wanted)


def _answers(one: Entry, query: Query) -> bool:
    year = int(one.happened_on[:4]) if one.happened_on else None
    first, last = query.first_year, query.last_year
    if (first is not None or last is not None) and year is None:
        return False
    return (
        (not query.kind or query.kind in one.kinds)
        and (query.state is None or query.state is one.state)
        and (query.place is None or query.place in one.places)
        and (first is None or year is None or year >= first)
        and (last is None or year is None or year <= last)
        and (query.verification is None or query.verification is one.verification)
        and (not query.group or query.group in one.groups)
        and (not query.measure or query.measure in one.measures)
        and (not query.author or query.author == one.author)
        and (not query.waiting or one.waits)
        and (not query.lacking or one.boxes is not Told.YES)
    )


def _entry(found: Dossier, places: Places, on: str) -> Entry:
    event = found.event.content
    rows: tuple[Kept[Any], ...] = (found.event, *found.acts, *found.interventions)
    rows += (*found.involvements, *found.sources)
    return Entry(
        event=found.event.id,
        title=event.title,
        happened_on=event.happened_on,
        place=event.spot.place,
        places=frozenset(_wider(event.spot.place, places)),
        state=review.state(found),
        waits=review.waits(found),
        verification=event.verification,
        kinds=frozenset(kind for act in found.acts for kind in act.content.kinds),
        groups=frozenset(
            code
            for one in found.subjects.values()
            for code, told in (one.content.groups or {}).items()
            if told is Told.YES
        ),
        measures=frozenset(one.content.measure for one in found.interventions) - {""},
        author=event.author,
        boxes=consent.allows(found, Audience.BOXES, "", on),
        lawyer=consent.allows(found, Audience.LAWYER, "", on),
        written_on=max(row.written_on for row in rows),
        text=folded("\n".join(_texts(found))),
        apart=folded("\n".join(_apart(found))),
        subjects=frozenset(dossier.subjects_named(found)),
        communities=frozenset(dossier.communities_named(found)),
        earlier=frozenset(found.earlier),
    )


def _wider(code: str, places: Places) -> Iterator[str]:
    while code in places.by_code and code != COUNTRY:
        yield code
        code = places.by_code[code].within
    yield COUNTRY


def _texts(found: Dossier) -> Iterator[str]:
    """What somebody wrote about an incident, for whoever may read it."""
    event = found.event.content
    yield from (event.title, event.narrative, event.organisation, *event.case_numbers)
    yield from (*event.cases, *event.languages, event.spot.words, event.spot.given_as)
    for subject in found.subjects.values():
        who = subject.content
        yield from (who.reference, who.organisation, who.description, who.contact)
    for community in found.communities.values():
        yield from (community.content.reference, community.content.name, community.content.note)
    for act in found.acts:
        yield from (act.content.method, act.content.note)
    for part in found.involvements:
        yield part.content.note
    for source in found.sources:
        yield from (source.content.text, source.content.connection)
    for row in found.interventions:
        asked = row.content
        yield from (asked.asked_of, asked.wishes, asked.case_number)
        for step in (*asked.steps, *asked.case_steps):
            yield from (step.document, step.note)
    for file in found.attachments:
        yield file.content.note


def _apart(found: Dossier) -> Iterator[str]:
    for source in found.sources:
        yield source.content.contact
    for word in found.consents:
        yield from (word.content.purpose, word.content.how)
    for decided in found.reviews:
        yield decided.content.note
