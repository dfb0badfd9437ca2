"""Pages that are the same for everybody until the next release or the next day: made once.

A page is remembered by what it is of, never by who asked: its address has no words of a reader,
and it names no host. The day counts because a page may say how old its sources are.
"""

from collections.abc import Iterator, Mapping
from contextvars import ContextVar

from flask import Flask, Response, g, request, url_for

from geo.words import Words
from webmap.public.edition import Edition
from webmap.public.given import Given

PAGES = (
    "map_page",
    "table_page",
    "territories_page",
    "cases_page",
    "departments_page",
    "holders_page",
    "context_page",
    "sources_page",
    "method_page",
    "rules_page",
    "unknown_page",
)
"""Endpoints that depend on nothing but the release, the language and the day."""

WARMED: ContextVar[Edition | None] = ContextVar("warmed", default=None)
"""The edition that the pages are being made ready for, while they are: not yet the current one."""

_PLAIN = {"Content-Type", "Content-Length"}


def register(app: Flask, given: Given) -> None:
    """Answers these pages from memory. What changes answers afterwards is registered before."""

    @app.before_request
    def remembered() -> Response | None:
        if not _same_for_all():
            return None
        # of the day on which it was begun: one that is made over midnight is of the day before
        g.day = given.now().date()
        found = given.edition().prepared.get(_key())
        if found is None or found[0] != g.day:
            return None
        return Response(found[1], mimetype="text/html")

    @app.after_request
    def remember(response: Response) -> Response:
        if (
            _same_for_all()
            and response.status_code == 200
            and set(response.headers.keys()) <= _PLAIN
        ):
            given.edition().prepared[_key()] = (g.day, response.get_data())
        return response


def warm(app: Flask, edition: Edition, spoken: Mapping[str, Words]) -> None:
    """Asks for each of them once, so that no reader waits while one is made."""
    client = app.test_client()
    before = WARMED.set(edition)
    try:
        for address in [*_addresses(app, edition, spoken)]:
            client.get(address, headers={"Accept-Encoding": "gzip"})
    finally:
        WARMED.reset(before)


def _addresses(app: Flask, edition: Edition, spoken: Mapping[str, Words]) -> Iterator[str]:
    with app.test_request_context():
        for one in spoken:
            for endpoint in PAGES:
                yield url_for(endpoint, language=one)
            yield url_for("map_script", language=one, release=edition.id)
        yield url_for("index_data", release=edition.id)


def _same_for_all() -> bool:
    return request.method in ("GET", "HEAD") and request.endpoint in PAGES and not request.args


def _key() -> tuple[str, ...]:
    return ("page", str(request.endpoint), str(g.language))
