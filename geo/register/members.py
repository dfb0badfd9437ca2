"""A tar archive as a stream, both ways: made while it is read, read while it is written.

What goes out is asked for piece by piece, and what comes in arrives so, since age reads from one
and writes to the other: a gigabyte passes without lying in memory, or in the open on a disk.
"""

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from geo.errors import BackupUnreadable

_BLOCK = 512
_END = bytes(2 * _BLOCK)
_LONGEST_NAME = 99


@dataclass(frozen=True)
class Member:
    """One file of the archive: its size, and its bytes piece by piece."""

    name: str
    size_bytes: int
    pieces: Iterable[bytes]


@dataclass(frozen=True, order=True)
class Told:
    """A member as a manifest tells it."""

    name: str
    size_bytes: int
    sha256: str


class Outgoing:
    """The archive to read from. told: filled with what went out; a member may be made of it.

    The library that reads from it turns every error into its own, so it keeps the first:
    `error`.
    """

    def __init__(self, members: Iterable[Member], told: list[Told]) -> None:
        self.told = told
        self.error: BaseException | None = None
        self._pieces = self._archive(members)
        self._left = memoryview(b"")

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        while not self._left:
            try:
                piece = next(self._pieces, None)
            except BaseException as error:
                self.error = error
                raise
            if piece is None:
                return b""
            self._left = memoryview(piece)
        given, self._left = self._left[:size], self._left[size:]
        return bytes(given)

    def _archive(self, members: Iterable[Member]) -> Iterator[bytes]:
        for member in members:
            yield _head(member)
            digest, size = hashlib.sha256(), 0
            for piece in member.pieces:
                digest.update(piece)
                size += len(piece)
                yield piece
            if size != member.size_bytes:
                raise BackupUnreadable(
                    "Un archivo del registro cambió mientras se copiaba: repita la copia."
                )
            self.told.append(Told(member.name, size, digest.hexdigest()))
            yield bytes(-size % _BLOCK)
        yield _END


class Incoming:
    """The archive to write to. begin: name and size of a member -> what takes its pieces.

    An empty piece says that the member has come to its end. told: what came in until now.
    """

    def __init__(self, begin: Callable[[str, int], Callable[[bytes], None]]) -> None:
        self.told: list[Told] = []
        self.is_whole = False
        self._begin = begin
        self._head = b""
        self._name = ""
        self._put: Callable[[bytes], None] = _nowhere
        self._digest = hashlib.sha256()
        self._size = self._left = self._filler = 0

    def write(self, piece: bytes) -> int:
        """The next bytes. Raises BackupUnreadable where they are no archive of ours."""
        at = 0
        while at < len(piece):
            at += self._taken(piece[at:])
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def _taken(self, piece: bytes) -> int:
        if self.is_whole:
            if any(piece):
                raise _foreign()
            return len(piece)
        if self._left:
            piece = piece[: self._left]
            self._digest.update(piece)
            self._put(piece)
            self._left -= len(piece)
            if not self._left:
                self._finish()
            return len(piece)
        if self._filler:
            size = min(self._filler, len(piece))
            self._filler -= size
            return size
        piece = piece[: _BLOCK - len(self._head)]
        self._head += piece
        if len(self._head) == _BLOCK:
            self._start(self._head)
            self._head = b""
        return len(piece)

    def _start(self, head: bytes) -> None:
        if not any(head):
            self.is_whole = True
            return
        try:
            info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise _foreign() from error
        if not info.isreg() or info.size < 0:
            raise _foreign()
        self._name, self._size, self._left = info.name, info.size, info.size
        self._filler = -info.size % _BLOCK
        self._digest = hashlib.sha256()
        self._put = self._begin(info.name, info.size)
        if not self._left:
            self._finish()

    def _finish(self) -> None:
        self.told.append(Told(self._name, self._size, self._digest.hexdigest()))
        self._put(b"")


def _head(member: Member) -> bytes:
    if len(member.name.encode()) > _LONGEST_NAME:
        raise BackupUnreadable(
            "Un archivo del registro tiene un nombre que este programa no puso: sáquelo de la "
            "carpeta y repita la copia."
        )
    info = tarfile.TarInfo(member.name)
    info.size = member.size_bytes
    info.mode = 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")


def _foreign() -> BackupUnreadable:
    return BackupUnreadable(
        "Lo que hay dentro de esta copia no es un registro: elija otro archivo."
    )


def _nowhere(_piece: bytes) -> None:
    return None
