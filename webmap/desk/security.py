"""Flask-Security as this desk uses it: accounts, roles, argon2, TOTP, recovery codes, sessions.

None of its pages is registered. The desk's own answer in the reader's language, count failed
attempts, and say the same whether an account is there or not.
"""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.totp import Totp
from passlib.exc import TokenError
from sqlalchemy.orm import scoped_session

from webmap.desk.keys import derived
from webmap.desk.models import Models
from webmap.desk.settings import Settings

ISSUER = "Deslinde"
WINDOW_S = 30
"""A code counts one step before and after its own: a phone's clock is seldom right."""


def _one_time(now: Callable[[], datetime]) -> type[Totp]:
    class OneTime(Totp):
        """A code that was used, or an older one, does not count again."""

        def verify_totp(
            self, token: str, totp_secret: str, user: Any, window: int = WINDOW_S
        ) -> bool:
            try:
                match = self._totp.verify(
                    token,
                    totp_secret,
                    time=int(now().timestamp()),
                    window=window,
                    last_counter=user.totp_counter,
                )
            except TokenError:
                return False
            user.totp_counter = match.counter
            return True

    return OneTime


def secure(
    app: Flask,
    session: "scoped_session[Any]",
    tables: Models,
    root: bytes,
    settings: Settings,
    now: Callable[[], datetime],
) -> Security:
    """Flask-Security over the desk's tables; every secret of it is derived from the root key."""
    recovery = base64.urlsafe_b64encode(derived(root, "recovery"))
    app.config.update(
        SECURITY_PASSWORD_SALT=derived(root, "pepper").hex(),
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            f"argon2__{name}": value for name, value in settings.argon2.items()
        },
        SECURITY_TOTP_SECRETS={1: derived(root, "totp").hex()},
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=8,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[recovery],
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": lambda name: name}}],
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
    )
    security = Security(
        app,
        SQLAlchemySessionUserDatastore(session, tables.user, tables.role),
        register_blueprint=False,
        totp_cls=_one_time(now),
    )
    # a token in an address or a header opens nothing here: only the session's cookie does
    security.login_manager.request_loader(lambda _request: None)
    # it would put a digest of the reader's address into the cookie
    security.login_manager.session_protection = None
    return security
