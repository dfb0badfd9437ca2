"""What every page carries, whoever serves it: headers, languages, plain errors, packed answers.

The policy has no `unsafe-…` and names no host but our own, so a text from data that became
markup by mistake could neither run nor call anybody.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from geo.words import SPANISH, Words, said, words

RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(RULES)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
FOREVER = "public, max-age=31536000, immutable"
BY_ITS_READER = "private, max-age=31536000, immutable"
"""For data: what is taken back must not live on in a cache that others read from."""
ALWAYS_ASK = "no-cache"
NOT_KEPT = "no-store"

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
KINDS = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}

_WORTH_PACKING = 1_000
_OFTEN_ASKED_BYTES = 64 * 1024
"""Pages up to this size are packed once; the last few hundred are remembered."""
_TEXTS = ("text/", "application/json", "application/geo+json")


@dataclass(frozen=True, eq=False)
class Packed:
    """One answer's bytes, with what is needed to send them many times."""

    content: bytes
    kind: str
    level: int = 6

    @cached_property
    def zipped(self) -> bytes:
        """The bytes under gzip, the same every time."""
        return gzip.compress(self.content, self.level, mtime=0)

    @cached_property
    def tag(self) -> str:
        """What an unchanged answer is recognised by."""
        return hashlib.sha256(self.content).hexdigest()[:20]


def answer(packed: Packed, keep: str = BY_ITS_READER) -> Response:
    """A prepared answer, under gzip where the reader takes it, or 304 where the reader has it."""
    zipped = len(packed.content) > _WORTH_PACKING and request.accept_encodings["gzip"] > 0
    made = Response(packed.zipped if zipped else packed.content, mimetype=packed.kind)
    if zipped:
        made.headers["Content-Encoding"] = "gzip"
    made.headers["Vary"] = "Accept-Encoding"
    made.headers["Cache-Control"] = keep
    made.set_etag(packed.tag, weak=True)
    return made.make_conditional(request)  # type: ignore[return-value]


def static_files() -> dict[str, Packed]:
    """Every file of static/ by its name: what is not here cannot be asked for."""
    return {
        path.relative_to(STATIC).as_posix(): Packed(path.read_bytes(), KINDS[path.suffix], 9)
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix in KINDS
    }


def serve_static(app: Flask, files: Mapping[str, Packed]) -> Callable[[str], str]:
    """Serves these files, packed before anybody asks; gives what writes the address of one.

    The address changes whenever the file's bytes do, so browsers keep it for good.
    """
    for packed in files.values():
        _ = packed.tag, packed.zipped

    @app.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        if name not in files:
            abort(404)
        known = request.args.get("v") == files[name].tag
        return answer(files[name], FOREVER if known else ALWAYS_ASK)

    @app.get("/favicon.ico")
    def no_icon() -> tuple[str, int]:
        return "", 204

    def asset(name: str) -> str:
        return url_for("static_file", name=name, v=files[name].tag)

    app.jinja_env.globals["asset"] = asset
    return asset


def languages(data: Path) -> dict[str, Words]:
    """Spanish, which needs no catalogue, and every language of `data` with a sentence to read."""
    made = {SPANISH: words(SPANISH, "")}
    for catalogue in sorted((data / "translations").glob("*/LC_MESSAGES/deslinde.po")):
        language = catalogue.parent.parent.name
        found = words(language, catalogue.read_text(encoding="utf-8"))
        if found.spoken:
            made[language] = found
    return made


def chosen(spoken: Mapping[str, Words]) -> str:
    """The language that the browser asks for, Spanish where it asks for none of ours."""
    return request.accept_languages.best_match(list(spoken), default=SPANISH) or SPANISH


def of_address(spoken: Mapping[str, Words]) -> str:
    """The language of the page that was asked for, even where there is no such page."""
    first = request.path.strip("/").partition("/")[0]
    return first if first in spoken else chosen(spoken)


def language_in_addresses(app: Flask, spoken: Callable[[], Words]) -> None:
    """Takes the language out of the address that is asked for, and puts that of the reader into
    those that are written.

    spoken: the language of the request that is being answered.
    """

    @app.url_value_preprocessor
    def language_of_address(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "language" in values:
            g.language = values.pop("language")

    @app.url_defaults
    def same_language(endpoint: str, values: dict[str, object]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "language"):
            values.setdefault("language", spoken().language)


def same_page() -> dict[str, Any]:
    """What `url_for` needs besides the language to ask for this page again.

    Its own words, such as `endpoint` and `_scheme`, are not a reader's to give.
    """
    asked = {
        name: said
        for name, said in request.args.items()
        if name not in ("endpoint", "language") and not name.startswith("_")
    }
    named = {name: said for name, said in (request.view_args or {}).items() if name != "language"}
    return {**asked, **named}


def others(spoken: Iterable[str], current: str, start: str) -> list[tuple[str, str]]:
    """The page that is asked for in the other languages, as language and address.

    start: the endpoint of the first page, for what is no page or cannot be asked for again.
    """
    rule = request.url_rule
    again = rule is not None and "language" in g and "GET" in (rule.methods or ())
    endpoint, here = (str(request.endpoint), same_page()) if again else (start, {})
    return [(one, url_for(endpoint, language=one, **here)) for one in spoken if one != current]


def in_addresses(spoken: Mapping[str, Words]) -> type[BaseConverter]:
    """What an address may say where it says `<language:language>`."""

    class Language(BaseConverter):
        regex = "|".join(sorted(spoken))

    return Language


class _Discreet(Flask):
    def log_exception(self, exc_info: Any) -> None:
        # an address, a message and a trace may repeat what a reader asked for, or name a folder
        failed, _error, _trace = exc_info
        self.logger.error("%s: %s", request.endpoint, failed.__name__ if failed else "")


def closed(name: str, templates: Path) -> Flask:
    """An application that keeps nothing about its readers and answers nothing it was not told to.

    No sessions, no cookies, no bodies, no automatic OPTIONS; what is missing in a template is
    an error, not an empty text. Of what fails, the log holds the endpoint and the class alone.
    """
    app = _Discreet(name, static_folder=None, template_folder=str(templates))
    app.config.update(
        PROVIDE_AUTOMATIC_OPTIONS=False,
        MAX_CONTENT_LENGTH=1_024,
        TEMPLATES_AUTO_RELOAD=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["clean"] = said
    app.after_request(harden)
    return app


def harden(response: Response) -> Response:
    """The headers of every answer, errors included; one that is set already stays, and one that
    is set to nothing is left out.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
        if not response.headers[name]:
            del response.headers[name]
    response.headers.setdefault("Cache-Control", ALWAYS_ASK)
    return response


def pack(response: Response) -> Response:
    """Texts are packed where it is worth it; a page is recognised by its bytes when it is asked
    for again. Of an answer that nobody may keep nothing is remembered.
    """
    if not _is_text(response):
        return response
    content = response.get_data()
    kept = response.headers.get("Cache-Control") != NOT_KEPT
    if len(content) > _WORTH_PACKING:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            often = kept and len(content) <= _OFTEN_ASKED_BYTES
            response.set_data(_kept_zipped(content) if often else _zipped(content))
            response.headers["Content-Encoding"] = "gzip"
    if kept and request.method in ("GET", "HEAD") and "ETag" not in response.headers:
        response.set_etag(hashlib.sha256(content).hexdigest()[:20], weak=True)
        response.make_conditional(request)
    return response


def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


@lru_cache(maxsize=256)
def _kept_zipped(content: bytes) -> bytes:
    return _zipped(content)


def _is_text(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(_TEXTS)
    )


def speak(app: Flask, spoken: Callable[[], Words]) -> None:
    """Gives the templates what they need to speak the reader's language.

    spoken: the language of the request that is being answered.
    """

    def translated(sentence: str, **values: object) -> str:
        shown = {name: said(value) for name, value in values.items()}
        return spoken().say(sentence, **shown)

    app.jinja_env.globals["_"] = translated
    app.jinja_env.globals["number"] = lambda *given: spoken().number(*given)
    app.jinja_env.globals["date"] = lambda partial: spoken().date(partial)
    app.jinja_env.globals["term"] = lambda value: spoken().term(value)


def explain(
    app: Flask, titles: Mapping[int, tuple[str, str]], template: str = "error.html"
) -> Callable[[int], tuple[str, int]]:
    """Every error as a short page in the reader's language, without a trace; gives its maker.

    titles: for each code the heading and what to do next (message ids); 500 stands for those
    that are not there.
    """

    def page(code: int) -> tuple[str, int]:
        heading, advice = titles.get(code) or titles[500]
        return render_template(template, code=code, heading=heading, advice=advice), code

    def refused(error: HTTPException) -> tuple[str, int]:
        return page(error.code or 500)

    app.register_error_handler(HTTPException, refused)
    return page
