"""The shelf from which a request takes the release that is current, and its data.

The folder's pointer says which one that is. It is read at every request, and nothing else is: a
release is checked when it is opened, and each of its files when it is first read.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread

from geo.errors import NothingToDo, ReleaseDamaged
from geo.release import read
from webmap.public.edition import Edition

DATA_STAYS_S = 60.0
"""How long the data of a release are answered after another took its place: a page that was
opened just before asks for them. Pages are of the current release alone."""

TRIED_AGAIN_S = 5.0
"""After how long a release that was found damaged is opened again."""

Job = Callable[[], None]


def in_background(job: Job) -> None:
    """Runs a job beside the requests."""
    Thread(target=job, name="release", daemon=True).start()


def by_another(_job: Job) -> None:
    """Leaves a job alone: another process gets the release ready and takes this one's place."""


class Shelf:
    """The public folder: its current release, and for a while the one before.

    Older releases may lie in the folder; they hold what was taken back since, so they are not
    answered even to who knows their id.
    """

    def __init__(
        self,
        folder: Path,
        *,
        warm: Callable[[Edition], None] = lambda _edition: None,
        ahead: Callable[[Job], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """warm: makes what readers of an edition should not wait for. ahead: who does that while
        the release before goes on being answered; None where nobody does, and a new release is
        current at once. clock: seconds that only run forward.
        """
        self._folder, self._warm, self._clock = folder, warm, clock
        self.ahead = ahead
        self._lock = Lock()
        self._now: Edition | None = None
        self._coming: Edition | None = None
        self._under_way = 0
        self._before: Edition | None = None
        self._before_until = 0.0
        self._damaged: tuple[str, ReleaseDamaged, float] | None = None

    def current(self) -> Edition:
        """The release for a page. Raises NothingToDo, ReleaseDamaged."""
        named = self._named()
        now = self._now
        if now is None or now.id != named:
            return self._follow(named)
        self._forget_before()
        return now

    def edition(self, wanted: str) -> Edition | None:
        """The release whose id stands in an address of data; None where it is not given.

        Given are the current one, the one that the pointer names and that is being made ready,
        and for a while the one before. Raises as `current`.
        """
        now, coming = self.current(), self._coming
        before = self._before if self._clock() < self._before_until else None
        return next((one for one in (now, coming, before) if one and one.id == wanted), None)

    def make_ready(self) -> bool:
        """Warms the release that the pointer names and makes it current, before it returns.

        Whether it is another than before. Raises as `current`.
        """
        named = self._named()
        self._forget_before()
        with self._lock:
            if self._now is not None and self._now.id == named:
                return False
            fresh = self._opened(named)
        self._warm(fresh)
        return self._take(fresh)

    @property
    def preparing(self) -> bool:
        """Whether a release is being made ready beside the requests, also one that the pointer
        does not name any more.
        """
        return self._coming is not None or self._under_way > 0

    def warm_current(self) -> None:
        """Warms what is current, as far as that was not done. Raises as `current`."""
        now = self.current()
        try:
            self._warm(now)
        except ReleaseDamaged as error:
            with self._lock:
                self._now = self._before = None
                self._note(now.id, error)
            raise

    def leave_to(self, ahead: Callable[[Job], None]) -> None:
        """In a copy of this process: nothing is under way here, and `ahead` is another."""
        self._lock, self._coming, self.ahead = Lock(), None, ahead
        self._under_way = 0

    def _named(self) -> str:
        try:
            return read.named(self._folder)
        except NothingToDo:
            with self._lock:
                self._now = self._coming = self._before = None
            raise

    def _follow(self, named: str) -> Edition:
        """What to answer while the pointer names a release that is not yet current."""
        with self._lock:
            now = self._now
            if now is not None and now.id == named:
                return now
            begun = self._coming is not None and self._coming.id == named
            fresh = self._opened(named)
            ahead = None if now is None else self.ahead
            if ahead is not None and not begun:
                self._under_way += 1
        if ahead is None:
            self._take(fresh)
            return fresh
        if not begun:
            ahead(lambda: self._prepare(fresh))
        return self._now or fresh

    def _opened(self, named: str) -> Edition:
        """The release that is to come, opened once."""
        if self._damaged is not None:
            name, error, until = self._damaged
            if name == named and self._clock() < until:
                raise error
            self._damaged = None
        if self._coming is None or self._coming.id != named:
            try:
                self._coming = Edition(read.check(self._folder / named))
            except ReleaseDamaged as error:
                self._note(named, error)
                raise
        return self._coming

    def _prepare(self, fresh: Edition) -> None:
        damage: ReleaseDamaged | None = None
        try:
            self._warm(fresh)
        except ReleaseDamaged as error:
            damage = error
        finally:
            # a room that cannot make itself ready shows that to who asks it; the rest is answered
            try:
                if damage is not None:
                    self._drop(fresh, damage)
                elif not self._take(fresh):
                    read.forget(fresh.release)
            finally:
                with self._lock:
                    self._under_way -= 1

    def _take(self, fresh: Edition) -> bool:
        """Makes a release current, unless the pointer has moved on; whether it did."""
        named = self._named()
        with self._lock:
            if self._coming is not fresh:
                return False
            self._coming = None
            if named != fresh.id:
                return False
            if self._now is not None:
                self._before, self._before_until = self._now, self._clock() + DATA_STAYS_S
            self._now = fresh
            return True

    def _drop(self, fresh: Edition, damage: ReleaseDamaged) -> None:
        """A release that is damaged is said to be; what it was to replace is not shown for it."""
        with self._lock:
            if self._coming is fresh:
                self._now = self._coming = self._before = None
            self._note(fresh.id, damage)

    def _note(self, named: str, error: ReleaseDamaged) -> None:
        self._damaged = (named, error, self._clock() + TRIED_AGAIN_S)

    def _forget_before(self) -> None:
        """Lets go of what the release before holds, once its data are not answered any more."""
        if self._before is None or self._clock() < self._before_until:
            return
        with self._lock:
            gone, self._before = self._before, None
        if gone is not None:
            read.forget(gone.release)
