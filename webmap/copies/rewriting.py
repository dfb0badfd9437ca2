"""A page of the application as a page of a copy: relative addresses, no form that asks a server.

Our templates write every attribute between double quotes and escape what stands in it, so a
text from data cannot look like an attribute of ours.
"""

import html
import json
import re
from collections.abc import Callable, Iterator

from webmap.web import RULES

Answers = Callable[[str], str | None]
"""An address of ours -> how a page of the copy calls it, None where it leads nowhere."""

_ATTRIBUTE = re.compile(
    r"""(?P<before>\s(?P<name>href|src|data-[a-z-]*address))="(?P<said>[^"]*)\""""
)
_FORM = re.compile(r"<form\b(?=[^>]*\smethod=)[^>]*>.*?</form>", re.DOTALL)
_SORTED = re.compile(r'(<a\b[^>]*\sdata-sort="[^"]*"[^>]*?)\shref="[^"]*"')
_WHOLE = re.compile(r"<table\b[^>]*\sdata-whole\b[^>]*>.*?</table>", re.DOTALL)
_TABLE = re.compile(r"<table\b[^>]*>.*?</table>", re.DOTALL)
_STRING = re.compile(r'"/[^"\\/](?:[^"\\]|\\.)*"')
_HEAD = '<meta charset="utf-8">'
# an own empty one, or a browser asks the root of a server that is not ours
ICON = '<link rel="icon" href="data:,">'
# what a page may not say of itself in <meta>, and what a copy has no use for
_NOT_IN_META = ("frame-ancestors", "form-action")


def addresses(page: str) -> Iterator[str]:
    """Every address that an attribute of a page names."""
    for found in _ATTRIBUTE.finditer(page):
        yield html.unescape(found["said"])


def strings(script: str) -> Iterator[str]:
    """Every address that a string of a script, or of a JSON, is."""
    for found in _STRING.finditer(script):
        yield str(json.loads(found[0]))


def page(text: str, known: Answers) -> str:
    """The page with its own policy and relative addresses, without forms that ask a server.

    A link to what the copy does not have keeps its text and leads nowhere.
    """
    without = _FORM.sub("", text)
    without = _TABLE.sub(lambda found: _table(found[0]), without)

    def written(found: re.Match[str]) -> str:
        said = html.unescape(found["said"])
        if not said.startswith("/"):
            return found[0]
        own = known(said)
        return "" if own is None else f'{found["before"]}="{html.escape(own)}"'

    made = _ATTRIBUTE.sub(written, without)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy())}">'
    return made.replace(_HEAD, f"{_HEAD}\n{meta}\n{ICON}", 1)


def data(text: str, known: Answers) -> str:
    """A script or a JSON with the addresses in its strings made relative to the page that asks."""

    def written(found: re.Match[str]) -> str:
        own = known(json.loads(found[0]))
        return found[0] if own is None else json.dumps(own, ensure_ascii=False)

    return _STRING.sub(written, text)


def policy() -> str:
    """The policy of every page, as it may stand in <meta>: nothing but the copy itself."""
    kept = [rule for rule in RULES if not rule.startswith(_NOT_IN_META)]
    return "; ".join([*kept, "form-action 'none'"])


def _table(table: str) -> str:
    """A whole table is sorted by its script; of one in pages, the headings lead nowhere."""
    return table if _WHOLE.match(table) else _SORTED.sub(r"\1", table)
