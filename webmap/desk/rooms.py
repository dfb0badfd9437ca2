"""The rooms of the desk, in the order of its menu. A page of a room that is not here is not there.

A room is a module with `PERMISSIONS` and `register(app, desk)`. It may also have
`NAVIGATION`, pairs of endpoint and label (a message id) for the menu;
`WAITING`, triples of label, endpoint and `Callable[[Desk], int]`, for the start page;
`FRESH`, the endpoints that ask for the second factor again when it was given long ago;
`LARGEST`, endpoint -> bytes, where a request may be larger than a form.
"""

from types import ModuleType

from webmap.desk import (
    annexes,
    attachments,
    boxes,
    coincidences,
    consents,
    entering,
    incidents,
    incidents_list,
    own,
    papers,
    people,
    reviews,
    start,
    subjects,
    trail,
    waits,
    withdrawals,
)

ROOMS: tuple[ModuleType, ...] = (
    start,
    incidents_list,
    incidents,
    subjects,
    waits,
    reviews,
    attachments,
    coincidences,
    consents,
    withdrawals,
    annexes,
    boxes,
    people,
    trail,
    own,
    papers,
    entering,
)
