"""References: nobody is behind a misread one, and nothing can be read out of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.register.references import COMMUNITY, LETTERS, SUBJECT, fresh, understood

_BODIES = st.text(st.sampled_from(LETTERS), min_size=7, max_size=7)


def test_a_reference_is_read_as_it_was_given() -> None:
    for kind in (SUBJECT, COMMUNITY):
        made = fresh(kind)
        assert made[0] == kind
        assert len(made) == len("S-7K3F-92QM")
        assert understood(made) == made
        assert understood(f" {made.lower().replace('-', ' ')} ") == made


def test_a_letter_that_looks_like_another_is_read_as_it() -> None:
    while not {"0", "1"} <= set(made := fresh(SUBJECT)):
        pass
    assert understood(made.replace("0", "O").replace("1", "l")) == made


def test_no_reference_is_given_twice() -> None:
    class All:
        tried = 0

        def __contains__(self, _: object) -> bool:
            self.tried += 1
            return self.tried < 3

    taken = All()
    fresh(SUBJECT, taken)
    assert taken.tried == 3


@given(st.data())
def test_one_wrong_letter_or_two_that_changed_places_are_found(data: st.DataObject) -> None:
    made = fresh(data.draw(st.sampled_from([SUBJECT, COMMUNITY])))
    body = made.replace("-", "")
    n = data.draw(st.integers(1, 8))
    wrong = data.draw(st.sampled_from(LETTERS))
    changed = body[:n] + wrong + body[n + 1 :]
    assert (understood(changed) == made) == (wrong == body[n])
    assert wrong == body[n] or understood(changed) is None
    m = data.draw(st.integers(1, 7))
    swapped = body[:m] + body[m + 1] + body[m] + body[m + 2 :]
    assert body[m] == body[m + 1] or understood(swapped) is None


@pytest.mark.parametrize(
    "typed", ["", "S", "S-", "X-7K3F-92QM", "S-7K3F-92Q", "S-7K3F-92QMM", "S-é"]
)
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert understood(typed) is None
