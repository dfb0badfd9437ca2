"""The members of a backup, each to its place while it comes: rows to tables, files to a folder."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table

from geo.errors import BackupUnreadable
from geo.register import dump, manifest, table_forms, withdrawn
from geo.register.attachments import FOLDER
from geo.register.backup import NAME, ROWS, TABLES
from geo.register.manifest import Manifest
from geo.register.members import Incoming
from geo.register.withdrawn import Withdrawn

_LARGEST_HELD = 512 << 20
"""Bytes of a member that is held in memory."""


class Taking:
    """What comes, as `told` by the manifest that was read and checked before."""

    def __init__(self, connection: Connection, stage: Path, told: Manifest) -> None:
        self.sink = Incoming(self._begin)
        self.withdrawn: frozenset[Withdrawn] = frozenset()
        self._connection = connection
        self._stage = stage
        self._told = told
        self._tables: list[Table] = []
        self._rows: dict[str, int] = {}
        self._files = 0
        self._open: IO[bytes] | None = None

    def close(self) -> None:
        """Lets go of the file that was coming when something went wrong."""
        if self._open is not None:
            self._open.close()

    def finish(self) -> None:
        """Raises BackupUnreadable where something else came than what was told."""
        came = (tuple(self.sink.told[:-1]), self._rows, self._files)
        if came != (self._told.members, dict(self._told.rows), self._told.attachments):
            raise _foreign()
        for table in self._tables:
            dump.count_on(self._connection, table)

    def _begin(self, name: str, size: int) -> Callable[[bytes], None]:
        if name.startswith(f"{FOLDER}/"):
            return self._file(name.removeprefix(f"{FOLDER}/"))
        if size > _LARGEST_HELD:
            raise _foreign()
        held: list[bytes] = []

        def put(piece: bytes) -> None:
            held.append(piece)
            if not piece:
                self._content(name, b"".join(held))

        return put

    def _content(self, name: str, content: bytes) -> None:
        if name == TABLES and not self._tables:
            self._make_tables(content)
        elif name.startswith(f"{ROWS}/"):
            table = self._table(name)
            self._rows[table.name] += dump.put(self._connection, table, content)
        elif name == withdrawn.FILE:
            self.withdrawn = self._list(content)
        elif name != manifest.NAME:
            raise _foreign()

    def _make_tables(self, content: bytes) -> None:
        try:
            said: dict[str, Any] = json.loads(content)
            form, forms = said["schema"], said["tables"]
        except (ValueError, KeyError, TypeError) as error:
            raise _foreign() from error
        if form != self._told.schema:
            raise _foreign()
        metadata = MetaData()
        self._tables = [table_forms.made(one, metadata) for one in forms]
        self._rows = {table.name: 0 for table in self._tables}
        metadata.create_all(self._connection)

    def _table(self, name: str) -> Table:
        try:
            return self._tables[int(name.split("/")[1])]
        except (ValueError, IndexError) as error:
            raise _foreign() from error

    def _list(self, content: bytes) -> frozenset[Withdrawn]:
        path = self._stage / withdrawn.FILE
        path.write_bytes(content)
        return withdrawn.read(path)

    def _file(self, name: str) -> Callable[[bytes], None]:
        if not NAME.fullmatch(name):
            raise _foreign()
        folder = self._stage / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = self._open = os.fdopen(handle, "wb")
        self._files += 1

        def put(piece: bytes) -> None:
            file.write(piece)
            if not piece:
                file.flush()
                os.fsync(file.fileno())
                file.close()

        return put


def _foreign() -> BackupUnreadable:
    return BackupUnreadable(
        "Lo que hay dentro de esta copia no es un registro entero: elija otro archivo."
    )
