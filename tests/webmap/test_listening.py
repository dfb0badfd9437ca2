"""What a server is sent stays in memory, for whoever must not write it to the disk."""

import tempfile
import threading
from urllib.request import Request, urlopen

import pytest
from flask import Flask, request

from webmap.listening import listen

BODY = bytes(3 * 2**20)


def _echo() -> Flask:
    app = Flask("echo", static_folder=None)

    @app.post("/")
    def echo() -> bytes:
        return request.get_data()

    return app


@pytest.mark.parametrize("in_memory", [None, 8 * 2**20])
def test_a_large_request_is_written_to_the_disk_only_where_it_may_be(
    in_memory: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = tempfile.TemporaryFile

    def noted(*args: object, **named: object) -> object:
        made.append(args)
        return real(*args, **named)

    monkeypatch.setattr(tempfile, "TemporaryFile", noted)
    server = listen(_echo(), "127.0.0.1", 0, in_memory=in_memory)
    closed = threading.Event()

    def serve() -> None:
        try:
            server.run()
        except (OSError, ValueError):  # it may be waiting on the socket that is closed under it
            if not closed.is_set():
                raise

    running = threading.Thread(target=serve, daemon=True)
    running.start()
    try:
        asked = Request(f"http://127.0.0.1:{server.effective_port}/", BODY, method="POST")
        with urlopen(asked) as answer:
            assert answer.read() == BODY
    finally:
        closed.set()
        server.close()
        running.join(10)
    assert bool(made) is (in_memory is None)
