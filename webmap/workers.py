"""Several processes that answer at one address, through gunicorn; not on Windows.

The first process reads the release and answers nobody. Those that answer are copies of it, so
that all of them share the memory of what it read. When the folder's pointer moves, it reads the
new release while they go on, and then puts new copies in their place. What readers ask and where
they ask from is written nowhere.
"""

import gc
import logging
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

import gunicorn.http.wsgi
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from geo.errors import NothingToDo, ReleaseDamaged
from webmap import passing
from webmap.public.shelf import Job, Shelf, by_another, in_background

_LAST = 5
"""The priority (as of `nice`) with which a new release is read: after readers, but not never."""

_ENDS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
_AT_ONCE_S = 10

SILENCE_S = 30
"""After how long a reader who neither sends nor takes makes room for another."""

# the header that names the server: which program it is helps nobody who reads a map
gunicorn.http.wsgi.SERVER = "deslinde"

_SETTINGS: dict[str, Any] = {
    "worker_class": "gthread",
    "preload_app": True,
    "accesslog": None,
    "errorlog": "-",
    # its warnings name the addresses of readers who ask badly
    "loglevel": "error",
    "control_socket_disable": True,
    "timeout": 120,
    # a reader who waits for a bundle gets it, also where a new release comes meanwhile
    "graceful_timeout": 600,
    "keepalive": 20,
    "limit_request_line": 4094,
    "limit_request_fields": 60,
    "limit_request_field_size": 8190,
    "proc_name": "deslinde",
}


def serve(
    app: Flask, listening: socket.socket, workers: int, threads: int, ready: Callable[[], None]
) -> None:
    """Answers on a socket that is bound, until the process is told to end.

    workers: processes. threads: how many readers each of them answers at a time. ready: called
    once readers may come.
    Raises NothingToDo, ReleaseDamaged where there is no release to begin with.
    """
    shelf: Shelf = app.extensions["shelf"]
    shelf.make_ready()
    shelf.ahead = _after_readers
    listening.listen(1024)
    _make_room(listening)
    ready()
    settings = {
        **_SETTINGS,
        "bind": [f"fd://{listening.detach()}"],
        "workers": workers,
        "threads": threads,
        "worker_connections": max(1000, threads * 10),
        "post_fork": lambda _arbiter, _worker: shelf.leave_to(by_another),
        "post_worker_init": lambda _worker: _hear(),
        "child_exit": lambda _arbiter, _worker: passing.clear(),
    }
    logging.getLogger("gunicorn.error").addFilter(_worth_saying)
    _Arbiter(_Application(app, settings), shelf).run()


def _after_readers(job: Job) -> None:
    """Runs a job beside the first process, with what time the readers leave."""

    def given_way() -> None:
        if sys.platform == "linux":
            # a thread of Linux has a priority of its own, and this process answers nobody
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)
        job()

    in_background(given_way)


def _worth_saying(record: logging.LogRecord) -> bool:
    """A reader who fell silent is no error of ours."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))


class _Application(BaseApplication):
    """What gunicorn asks for: its settings, and the application."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self._app, self._settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


class _Arbiter(Arbiter):
    """The first process: it keeps the others running, and follows the folder's pointer."""

    def __init__(self, application: _Application, shelf: Shelf) -> None:
        self._shelf = shelf
        self._shown = shelf.current().id
        self._hangs_up = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
        super().__init__(application)

    def init_signals(self) -> None:
        super().init_signals()
        if not self._hangs_up:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def handle_hup(self) -> None:
        """A closed terminal ends the site."""
        self.handle_term()

    def manage_workers(self) -> None:
        """New copies where the release is another; the oldest then end what they are at."""
        fresh = self._another_release()
        if self._shelf.preparing:
            return  # a copy of a process in the middle of reading could wait for ever
        if fresh:
            for _ in range(self.num_workers):
                self.spawn_worker()
        super().manage_workers()

    def spawn_worker(self) -> Any:
        # what is there now is never collected, so the copies go on sharing it
        gc.collect()
        gc.freeze()
        # a copy that was told to end before it listens for that would never end
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        try:
            return super().spawn_worker()
        finally:
            if os.getpid() == self.pid:
                _hear()

    def stop(self, graceful: bool = True) -> None:
        """Ends the copies; when not graceful, without waiting for readers or for one that hangs."""
        if not graceful:
            self.cfg.set("graceful_timeout", _AT_ONCE_S)
        super().stop(graceful)

    def _another_release(self) -> bool:
        """Whether the copies show something else than this process now would."""
        try:
            shown = self._shelf.current().id
            if shown != self._shown:
                self._shelf.warm_current()
        except NothingToDo:
            return False  # the copies see that for themselves
        except ReleaseDamaged:
            shown = ""
        fresh, self._shown = shown != self._shown, shown
        return fresh


def _hear() -> None:
    """From now on this process ends when it is told to, also where it was told before."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


def _make_room(listening: socket.socket) -> None:
    """Connections made on this socket give up on a reader who is silent for too long."""
    patience = struct.pack("ll", SILENCE_S, 0)
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        listening.setsockopt(socket.SOL_SOCKET, option, patience)
