"""The frame of the desk: what every page carries, and that each role finds its own door."""

from collections.abc import Callable

from flask.testing import FlaskClient

from webmap.desk.desk import Role


def test_each_role_sees_its_own_menu(client_as: Callable[..., FlaskClient]) -> None:
    for role in Role:
        page = client_as(role).get("/es/")
        assert page.status_code == 200
        assert ("Bitácora" in page.text) == (role is Role.ADMINISTRATOR)
