"""Quarters of a year, as texts: 2026-Q3. Their order is the order of their letters."""

import re
from collections.abc import Iterator
from datetime import date

from geo.errors import DateUnreadable

_FORM = re.compile(r"([0-9]{4})-Q([1-4])\Z")


def number(quarter: str) -> int:
    """A quarter as a number that grows by one from each to the next. Raises DateUnreadable."""
    found = _FORM.match(quarter)
    if found is None:
        raise DateUnreadable(
            f"«{quarter}» no es un trimestre: escriba año y trimestre, por ejemplo 2026-Q3."
        )
    return int(found[1]) * 4 + int(found[2]) - 1


def named(count: int) -> str:
    """The quarter of a number."""
    return f"{count // 4:04d}-Q{count % 4 + 1}"


def later(quarter: str, by: int = 1) -> str:
    """The quarter that comes `by` quarters after."""
    return named(number(quarter) + by)


def from_to(first: str, last: str) -> Iterator[str]:
    """Every quarter from the first to the last, both included; none where the last is before."""
    return (named(count) for count in range(number(first), number(last) + 1))


def of(day: date) -> str:
    """The quarter in which a day lies."""
    return f"{day.year:04d}-Q{(day.month - 1) // 3 + 1}"


def last_ended(day: date) -> str:
    """The last quarter that was over before a day: the last one that may be closed on it."""
    return later(of(day), -1)
