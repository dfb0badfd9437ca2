"""Who may see what, for which purpose, until when: the subjects' and the communities' own words.

Nobody's silence is a yes. The last word counts, and where the dates do not tell which was last,
the one that keeps closed counts:

- A word that is given opens one audience, on the days from its date to its last one, for the
  purpose that it names; without a purpose, for whatever that audience is for.
- A refusal, a withdrawal or a veto closes until the same one gives a word that is certainly later.
  A word about one incident is only undone by a word about that incident. What closes, closes for
  every purpose; a veto closes for every audience.
- Each subject and each community concerned must have given theirs; one veto is enough to close,
  also of somebody who is no longer named in the incident and was in an earlier wording of it.
  Whoever was named there by mistake and vetoed nothing is not asked.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geo.answers import folded
from geo.dates import parse, span
from geo.register import store
from geo.register.dossier import Dossier, communities_named, subjects_named
from geo.register.lists import ConsentWord, Noun, SubjectKind, Told
from geo.register.nouns import Consent
from geo.register.store import Kept, Writing
from geo.terms import Audience


class Why(StrEnum):
    """Why an incident may not be seen: what somebody said, or what nobody asked."""

    NOT_ASKED = "not-asked"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VETO = "veto"
    OUT_OF_TIME = "out-of-time"
    OTHER_PURPOSE = "other-purpose"
    GONE = "gone"  # named in the incident, and taken out of the register since
    NO_SUBJECT = "no-subject"
    COMMUNITY_NOT_RECORDED = "community-not-recorded"
    COMMUNITY_NOT_NAMED = "community-not-named"


_SAID_NO = frozenset(
    {Why.REFUSED, Why.WITHDRAWN, Why.VETO, Why.OUT_OF_TIME, Why.OTHER_PURPOSE, Why.GONE}
)
_CLOSES = {
    ConsentWord.VETO: Why.VETO,
    ConsentWord.WITHDRAWN: Why.WITHDRAWN,
    ConsentWord.REFUSED: Why.REFUSED,
}


@dataclass(frozen=True)
class Lack:
    """One thing that keeps an incident closed. of: the id of a subject or community, or ""."""

    of: str
    why: Why


def allows(dossier: Dossier, audience: Audience, purpose: str, on: str) -> Told:
    """Whether this audience may see the incident for this purpose on this day (YYYY-MM-DD).

    NO: somebody said so, or their yes has ended or was for something else. NOT_RECORDED: somebody
    was not asked. Only YES opens. purpose: "" for what the audience is there for.
    """
    found = lacks(dossier, audience, purpose, on)
    if not found:
        return Told.YES
    return Told.NO if any(lack.why in _SAID_NO for lack in found) else Told.NOT_RECORDED


def lacks(dossier: Dossier, audience: Audience, purpose: str, on: str) -> tuple[Lack, ...]:
    """Everything that keeps the incident closed, for whoever is to ask; empty where it is open."""
    subjects, communities = subjects_named(dossier), communities_named(dossier)
    found: list[Lack] = []
    if not subjects or not all(act.content.subject for act in dossier.acts):
        found.append(Lack("", Why.NO_SUBJECT))
    concerned = dossier.event.content.community_concerned
    if concerned is Told.NOT_RECORDED:
        found.append(Lack("", Why.COMMUNITY_NOT_RECORDED))
    elif concerned is Told.YES and not dossier.event.content.communities:
        found.append(Lack("", Why.COMMUNITY_NOT_NAMED))
    for one in (*subjects, *communities):
        if one not in dossier.subjects and one not in dossier.communities:
            found.append(Lack(one, Why.GONE))
        elif (why := _closed(dossier, one, audience, purpose, on)) is not None:
            found.append(Lack(one, why))
    named = {*subjects, *communities}
    strangers = {c.content.of for c in (*dossier.consents, *dossier.earlier_words)} - named
    found += [
        Lack(one, Why.VETO)
        for one in sorted(strangers)
        if _closed(dossier, one, audience, purpose, on) is Why.VETO
    ]
    return tuple(found)


def purposes(dossier: Dossier, audience: Audience, on: str) -> tuple[str, ...]:
    """For which purposes the incident is open to this audience on this day, as they were written.

    "" stands for whatever the audience is there for. Empty where it is closed.
    """
    named = {c.content.purpose for c in dossier.consents if c.content.audience is audience}
    return tuple(
        purpose
        for purpose in sorted({"", *named})
        if allows(dossier, audience, purpose, on) is Told.YES
    )


def record(txn: Writing, word: Consent) -> str:
    """Writes down one word; gives its id. Words are added, never changed: the last one counts.

    The one way in: the row lies where `dossier.gather` looks for it. Raises DateUnreadable.
    """
    for day in (word.said_on, word.until_on):
        if day:
            parse(day)
    return store.put(txn, Noun.CONSENT, word, event=word.event or word.of)


def _closed(dossier: Dossier, one: str, audience: Audience, purpose: str, on: str) -> Why | None:
    """Why the word of `one` keeps the incident closed; None where it opens it."""
    whose = _speakers(dossier, one)
    heard = (*dossier.consents, *dossier.earlier_words)
    words = [c for c in heard if c.content.of in whose]
    against = [
        c
        for c in words
        if c.content.word in _CLOSES
        and (c.content.audience is audience or c.content.word is ConsentWord.VETO)
    ]
    given = [
        c for c in words if c.content.word is ConsentWord.GIVEN and c.content.audience is audience
    ]
    fitting = [yes for yes in given if _fits(yes.content.purpose, purpose)]
    running = [yes for yes in fitting if _runs(yes, on)]
    standing = [no for no in against if not any(_undoes(yes, no) for yes in given)]
    if standing:
        said = {no.content.word for no in standing}
        return next(why for word, why in _CLOSES.items() if word in said)
    if not given:
        return Why.NOT_ASKED
    for opening, why in ((fitting, Why.OTHER_PURPOSE), (running, Why.OUT_OF_TIME)):
        if not opening or any(not any(_undoes(yes, no) for yes in opening) for no in against):
            return why
    return None


def _speakers(dossier: Dossier, one: str) -> frozenset[str]:
    """Who speaks for `one`: itself, and a community for the subject that is that community."""
    subject = dossier.subjects.get(one)
    if subject is None or subject.content.kind is not SubjectKind.COMMUNITY:
        return frozenset({one})
    return frozenset({one, subject.content.community} - {""})


def _fits(given_for: str, asked_for: str) -> bool:
    return not given_for.strip() or folded(given_for) == folded(asked_for)


def _runs(yes: Kept[Consent], on: str) -> bool:
    """Whether a yes is in force on a day; until a year alone, it is until its first day."""
    first, _ = span(yes.content.said_on or yes.written_on)
    last = span(yes.content.until_on)[0] if yes.content.until_on else date.max
    return first <= date.fromisoformat(on) <= last


def _undoes(yes: Kept[Consent], no: Kept[Consent]) -> bool:
    """Whether a yes certainly came after a no, and is about what the no was about."""
    if no.content.event and yes.content.event != no.content.event:
        return False
    if not yes.content.said_on:  # it may have been said at any time before it was written down
        return False
    earliest, _ = span(yes.content.said_on)
    _, latest = span(no.content.said_on or no.written_on)
    return earliest > latest
