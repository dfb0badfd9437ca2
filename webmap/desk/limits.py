"""How often one account may ask, and how often anybody may try to enter. In memory only.

Who is not in is one and the same asker, whatever their address: no address is kept or compared.
"""

from flask import Flask, g, request
from flask_limiter import Limit, Limiter

AN_ACCOUNT = "300 per minute"
AT_THE_DOOR = "30 per minute"
DOORS = frozenset({"entering_door", "entering_code", "entering_enrol", "own_prove", "own_password"})
"""Where somebody may try to guess something."""
_INSIDE = frozenset({"own_prove", "own_password"})
"""Those of somebody who is in: whoever knocks outside must not keep them from what they do."""


def limit(app: Flask) -> None:
    """Puts the limits before every request of an account, and every attempt to prove something."""
    Limiter(
        _asker,
        app=app,
        default_limits=[
            Limit(AN_ACCOUNT, shared=True, scope="account", exempt_when=_nobody),
            Limit(
                AT_THE_DOOR,
                key_function=_door,
                shared=True,
                scope="door",
                exempt_when=_no_attempt,
            ),
        ],
        storage_uri="memory://",
        headers_enabled=False,
    )


def _asker() -> str:
    return str(g.asker.number) if g.get("asker") else "door"


def _door() -> str:
    return _asker() if request.endpoint in _INSIDE else "door"


def _nobody() -> bool:
    return g.get("asker") is None or request.endpoint == "static_file"


def _no_attempt() -> bool:
    return request.endpoint not in DOORS or request.method != "POST"
