"""What the first page weighs on the line: a count, which no machine makes faster or slower."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MOST_BYTES = 400_000


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_first_map_comes_over_a_bad_line(
    screen: str,
    address: str,
    opened: Callable[..., AbstractContextManager[tuple[Page, Any]]],
    until: Callable[[Page, str], Any],
) -> None:
    with opened(screen) as (page, watched):
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        named: dict[str, str] = {}
        weighed: dict[str, int] = {}
        line.on(
            "Network.requestWillBeSent",
            lambda one: named.update({one["requestId"]: urlsplit(one["request"]["url"]).path}),
        )
        line.on(
            "Network.loadingFinished",
            lambda one: weighed.update({named[one["requestId"]]: int(one["encodedDataLength"])}),
        )
        page.goto(f"{address}/es/")
        until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")
        page.wait_for_timeout(200)
        # with its tools and the squares of the whole country
        assert any(path.startswith("/teselas/") for path in weighed)
        assert sum(weighed.values()) < MOST_BYTES, weighed
        first = set(weighed)
        weighed.clear()
        page.goto(f"{address}/es/territorios")
        page.goto(f"{address}/es/")
        until(page, "document.querySelector('.folium-map')?.dataset.ready === 'yes'")
        # who comes back gets the page again, or hears that it is the same, and nothing else
        again = {path for path, size in weighed.items() if size > 1_000}
        assert again & first <= {"/es/"}
        assert watched.complaints == []
