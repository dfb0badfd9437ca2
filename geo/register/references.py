"""Random references of subjects and communities: `S-7K3F-92QM`. They say nothing about anybody.

Seven random letters and one that checks them, in Crockford's base 32 without its vowels, so that
no word comes out by chance. 29⁷ is some 17 thousand million: among 100,000 references two are the
same with a chance of about one quarter, so `fresh` looks.
"""

import secrets
from collections.abc import Container

LETTERS = "0123456789BCDFGHJKMNPQRSTVWXZ"
"""29 letters, a prime: Crockford's 32 without A, E and Y."""

SUBJECT, COMMUNITY = "S", "C"
_RANDOM = 7
_HEARD = str.maketrans("OILU", "011V")


def fresh(kind: str, taken: Container[str] = ()) -> str:
    """A new reference that is not among `taken`. kind: SUBJECT or COMMUNITY."""
    while True:
        body = "".join(secrets.choice(LETTERS) for _ in range(_RANDOM))
        made = _written(kind, body + _check(kind, body))
        if made not in taken:
            return made


def understood(typed: str) -> str | None:
    """A reference as it is written, from what somebody typed; None where it cannot be one.

    Spaces, hyphens and capitals do not matter, and a letter that is taken for another is read as
    the one that it stands for. One wrong letter, or two that changed places, is found.
    """
    letters = "".join(c for c in typed.upper() if c not in " -").translate(_HEARD)
    kind, body = letters[:1], letters[1:]
    if kind not in (SUBJECT, COMMUNITY) or len(body) != _RANDOM + 1:
        return None
    if any(c not in LETTERS for c in body) or _check(kind, body[:-1]) != body[-1]:
        return None
    return _written(kind, body)


def _written(kind: str, body: str) -> str:
    return f"{kind}-{body[:4]}-{body[4:]}"


def _check(kind: str, body: str) -> str:
    """29 is prime and the weights differ: any one wrong letter shows, and any two that changed."""
    total = ord(kind) + sum((n + 2) * LETTERS.index(c) for n, c in enumerate(body))
    return LETTERS[total % len(LETTERS)]
