"""Every route × role × method, generated from the URL map: open exactly as the table says."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule

from geo.home import Home
from geo.register import store
from geo.register.lists import Noun
from geo.register.nouns import Event
from geo.register.store import Register
from webmap.desk.desk import Role
from webmap.desk.gate import roles_for
from webmap.desk.rooms import ROOMS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NO_SUCH_ID = "0" * 32
_PART = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


def _address(rule: Rule, value: str = NO_SUCH_ID) -> str:
    def filled(part: re.Match[str]) -> str:
        if part["kind"] == "language":
            return "es"
        return {"int": "999999999", "path": "nada.css"}.get(part["kind"] or "", value)

    return _PART.sub(filled, rule.rule)


def _has_id(rule: Rule) -> bool:
    return bool(rule.arguments - {"language"})


def test_a_route_without_a_line_in_the_table_is_a_failure(desk_app: Flask) -> None:
    table = desk_app.config["DESK_PERMISSIONS"]
    rules = {rule.endpoint: rule for rule in desk_app.url_map.iter_rules()}
    unlisted = [
        (rule.endpoint, method)
        for rule in rules.values()
        for method in (rule.methods or set()) - {"HEAD"}
        if not roles_for(table, rule.endpoint, method)[0]
    ]
    assert unlisted == []
    assert sorted(set(table) - set(rules)) == []
    stale = [
        (endpoint, method)
        for endpoint, methods in table.items()
        for method in methods
        if method not in (rules[endpoint].methods or ())
    ]
    assert stale == []


def test_a_route_that_nobody_listed_is_not_there(
    desk_app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    desk_app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    everybody = client_as(*Role, name="everybody")
    assert everybody.get("/forgotten").status_code == 404
    assert everybody.post("/forgotten").status_code == 404
    assert "secret" not in everybody.get("/forgotten").text


@pytest.mark.parametrize("asker", [*Role, "nobody"])
def test_every_route_and_method_is_open_exactly_as_the_table_says(
    asker: Role | str, desk_app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    table = desk_app.config["DESK_PERMISSIONS"]
    client = client_as(asker) if isinstance(asker, Role) else desk_app.test_client()
    wrong = []
    for rule in desk_app.url_map.iter_rules():
        for method in METHODS:
            answer = client.open(_address(rule), method=method)
            listed, roles = roles_for(table, rule.endpoint, method)
            seen = answer.status_code
            to_the_door = answer.headers.get("Location", "").endswith("/entrar")
            if not listed:  # HEAD too, which Flask adds to every page
                right = seen == 405
            elif roles is None:
                right = seen not in (401, 403, 405) and (seen != 404 or _has_id(rule))
            elif asker == "nobody":
                right = (seen == 303 and to_the_door) if method == "GET" else seen == 401
            elif asker not in roles:
                right = seen == 403
            else:
                closed = seen in (401, 403, 405) or seen >= 500 or to_the_door
                right = not closed and (seen != 404 or _has_id(rule))
                # nothing is written without the form's own token
                right = right and (method == "GET" or seen in (400, 404))
            if not right:
                wrong.append((rule.rule, method, seen))
    assert wrong == []


def test_what_is_not_there_says_the_same_whatever_was_asked(
    desk_app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    table = desk_app.config["DESK_PERMISSIONS"]
    everybody = client_as(*Role, name="everybody")
    for language in ("es", "en"):
        nothing = everybody.get(f"/{language}/no-hay-nada").text
        assert NO_SUCH_ID not in nothing
        for rule in desk_app.url_map.iter_rules():
            if not _has_id(rule) or "GET" not in table[rule.endpoint]:
                continue
            if "language" not in rule.arguments:
                continue
            answer = everybody.get(_address(rule).replace("/es/", f"/{language}/", 1))
            assert answer.status_code == 404, rule.rule
            assert _bare(answer.text) == _bare(nothing), rule.rule


def _bare(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


@pytest.mark.parametrize(
    "hostile",
    [
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e%2f%2e%2e%2fregister.sqlite",
        "..",
        "%00",
        "x' OR '1'='1",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "a" * 3000,
        "%f0%9f%90%a2",
    ],
)
def test_no_path_leads_out_of_what_is_routed(
    hostile: str, desk_app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    everybody = client_as(*Role, name="everybody")
    for rule in desk_app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not _has_id(rule):
            continue
        address = _PART.sub(lambda p: "es" if p["kind"] == "language" else hostile, rule.rule)
        answer = everybody.get(address)
        assert answer.status_code in (303, 404), (rule.rule, answer.status_code)
        assert "<script>alert(1)" not in answer.text
        assert "root:" not in answer.text
        assert "SQLite" not in answer.text


def test_a_form_without_its_token_is_refused_with_a_page(
    desk_app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    table = desk_app.config["DESK_PERMISSIONS"]
    everybody = client_as(*Role, name="everybody")
    for rule in desk_app.url_map.iter_rules():
        if "POST" not in table[rule.endpoint]:
            continue
        for data in ({}, {"csrf_token": "forged"}):
            answer = everybody.post(_address(rule), data=data)
            assert answer.status_code == 400, rule.rule
            assert "El formulario ya no vale" in answer.text


def test_a_token_of_another_session_does_not_count(
    desk_app: Flask,
    client_as: Callable[..., FlaskClient],
    token: Callable[[FlaskClient, str], str],
) -> None:
    theirs = token(desk_app.test_client(), "/es/entrar")
    mine = client_as(Role.MONITOR)
    assert mine.post("/es/salir", data={"csrf_token": theirs}).status_code == 400


def test_every_room_is_named_once_and_says_who_may_ask() -> None:
    assert len(ROOMS) == len(set(ROOMS))
    for room in ROOMS:
        listed = set(room.PERMISSIONS)
        assert getattr(room, "FRESH", frozenset()) <= listed
        assert set(getattr(room, "LARGEST", {})) <= listed
        assert {endpoint for endpoint, _label in getattr(room, "NAVIGATION", ())} <= listed


# --- what is somebody else's ----------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LAWYER])
def test_what_is_not_yours_takes_the_words_and_the_work_of_what_is_not_there(
    role: Role,
    desk_app: Flask,
    desk_home: Home,
    desk_register: Register,
    client_as: Callable[..., FlaskClient],
) -> None:
    with store.writing(desk_register, "otra", desk_home.now()) as txn:
        theirs = store.put(txn, Noun.EVENT, Event(title="ajeno", author="otra"))
    table = desk_app.config["DESK_PERMISSIONS"]
    client = client_as(role)
    asked: list[str] = []
    event.listen(desk_register.engine, "before_cursor_execute", lambda *_: asked.append(""))
    client.get("/es/")
    told = []
    for rule in desk_app.url_map.iter_rules():
        roles = table[rule.endpoint].get("GET")
        if "language" not in rule.arguments or not _has_id(rule) or not roles or role not in roles:
            continue
        seen = []
        for value in (theirs, NO_SUCH_ID):
            asked.clear()
            answer = client.get(_address(rule, value))
            seen.append((answer.status_code, _bare(answer.text), len(asked)))
            assert "ajeno" not in answer.text
        if seen[0] != seen[1]:
            told.append((rule.rule, [(one[0], len(one[1]), one[2]) for one in seen]))
    assert told == []
