"""Forms as a browser without script fills and sends them, and incidents planted in the register."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from geo.register import store
from geo.register.lists import Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Community, Event, Source, Spot, Subject
from geo.register.store import Register
from webmap.desk.desk import Role


class _Form(HTMLParser):
    """What the form that holds a field of that name would send, nothing being touched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[MultiDict[str, str]] = []
        self._select = self._area = ""
        self._chosen: str | None = None
        self._first: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(MultiDict())
        if not self.forms:
            return
        name = said.get("name", "")
        if tag == "input" and name:
            kind = said.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in said:
                    self.forms[-1].add(name, said.get("value", "on"))
            elif kind not in ("image", "submit"):
                self.forms[-1].add(name, said.get("value", ""))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select, self._chosen, self._first = name, None, None
        elif tag == "option" and self._select:
            if self._first is None:
                self._first = said.get("value", "")
            if "selected" in said:
                self._chosen = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.forms[-1].add(self._area, self._text.removeprefix("\n"))
            self._area = ""
        if tag == "select" and self._select:
            chosen = self._first if self._chosen is None else self._chosen
            self.forms[-1].add(self._select, chosen or "")
            self._select = ""


@pytest.fixture(scope="session")
def form_of() -> Callable[[str, str], MultiDict[str, str]]:
    """`form_of(page, "title")`: what the form with that field would send as it stands."""

    def read(page: str, name: str) -> MultiDict[str, str]:
        parser = _Form()
        parser.feed(page)
        return next(one for one in parser.forms if name in one)

    return read


@pytest.fixture
def told(
    form_of: Callable[[str, str], MultiDict[str, str]],
) -> Callable[..., TestResponse]:
    """`told(client, address, name=value, …)` opens a form, types into it and presses a button."""

    def send(
        client: FlaskClient, address: str, typed: dict[str, Any], do: str = "draft", at: str = ""
    ) -> TestResponse:
        page = client.get(address)
        assert page.status_code == 200, page.status_code
        form = form_of(page.text, at or next(iter(typed)))
        for name, value in typed.items():
            form.setlist(name, value if isinstance(value, list) else [value])
        if do:
            form["do"] = do
        return client.post(address, data=form)

    return send


@pytest.fixture
def documenter(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as(Role.DOCUMENTER, name="colibri")


@pytest.fixture
def plant(desk_register: Register, clock: Any) -> Callable[..., str]:
    """`plant(who="colibri", …)` writes a whole incident into the register; gives its id."""

    def write(
        who: str = "colibri",
        title: str = "hecho plantado",
        submitted: bool = True,
        place: str = "900101",
        narrative: str = "",
        kinds: tuple[str, ...] = ("T01",),
        concerned: Told = Told.YES,
    ) -> str:
        mark = store.new_id()[:4].upper()
        with store.writing(desk_register, who, clock()) as txn:
            community = store.put(txn, Noun.COMMUNITY, Community(f"C-{mark}", f"Pueblo {mark}"))
            subject = store.put(txn, Noun.SUBJECT, Subject(SubjectKind.PERSON, f"S-{mark}"))
            event = store.put(
                txn,
                Noun.EVENT,
                Event(
                    title=title,
                    narrative=narrative,
                    happened_on="2026-05",
                    spot=Spot(place, PlacePrecision.DISTRICT),
                    communities=(community,) if concerned is Told.YES else (),
                    community_concerned=concerned,
                    submitted=submitted,
                    author=who,
                ),
            )
            store.put(txn, Noun.ACT, Act(subject, kinds), event=event)
            store.put(txn, Noun.SOURCE, Source("witness"), event=event)
        return event

    return write
