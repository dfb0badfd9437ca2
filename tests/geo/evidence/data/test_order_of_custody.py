"""The log of custody follows time, and not the order in which a disk lists its files."""

from dataclasses import replace

from geo.evidence import custody
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.release.read import Release
from geo.words import Words


def test_captures_in_another_order_give_the_same_log(release: Release, spanish: Words) -> None:
    chosen = choose(release, By.TERRITORY, "R-001")
    assert len(chosen.captures) > 1
    backwards = replace(chosen, captures=chosen.captures[::-1])
    assert custody.lines(backwards, spanish) == custody.lines(chosen, spanish)


def test_what_was_received_first_stands_first(release: Release, spanish: Words) -> None:
    chosen = choose(release, By.TERRITORY, "R-001")
    hours = [f"2026-01-{day:02}T00:00:00+00:00" for day in range(len(chosen.captures), 0, -1)]
    later = tuple(
        {**one, "retrieved_at": at} for one, at in zip(chosen.captures, hours, strict=True)
    )
    log = custody.lines(replace(chosen, captures=later), spanish)
    told = [line["at"] for line in log if line["action"] == custody.Action.CAPTURE]
    assert told == sorted(hours)
