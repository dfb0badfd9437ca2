"""The map, composed with Folium, as three files of ours: markup, script and style.

Folium writes links to other people's machines and scripts into the page. Here every link is
rewritten to a library of our own, what folium puts inline becomes a file, and a link that is
not ours stops the page from being made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.elements import JSCSSMixin
from folium.map import CustomPane
from folium.template import Template

from geo.errors import DeslindeError
from webmap import looks

VENDOR = "/static/vendor/"
OURS = "/static/"
NAME = "deslinde"

# what folium calls its libraries -> our copy; None: folium wants it, nothing here uses it
LIBRARIES: Mapping[str, str | None] = {
    "leaflet": f"{VENDOR}leaflet/leaflet.js",
    "leaflet_css": f"{VENDOR}leaflet/leaflet.css",
    "protomaps_leaflet": f"{VENDOR}protomaps-leaflet/protomaps-leaflet.js",
    "jquery": None,
    "bootstrap": None,
    "awesome_markers": None,
    "bootstrap_css": None,
    "glyphicons_css": None,
    "awesome_markers_font_css": None,
    "awesome_markers_css": None,
    "awesome_rotate_css": None,
}

# whole layers from the ground up, each in a pane of its own: what the small drawer draws
PANES = (("departments", 310), ("territories", 340), ("concessions", 370), ("overlaps", 400))
PERU = ((-18.4, -81.4), (0.1, -68.6))

FIRST_ZOOM = 5
"""A tile of the archive covers two by two tiles of the screen: its zoom 4 is seen at 5."""
LAST_ZOOM = 18

# where folium would take the library from; render puts our own copy in its place
_PROTOMAPS = "https://cdn.jsdelivr.net/npm/protomaps-leaflet@5.1.0/dist/protomaps-leaflet.js"

_REMOTE = re.compile(r"""(?:https?|wss?|ftp)://[^\s"'`)]*|["'`(]//\w[^\s"'`)]*""", re.IGNORECASE)


class RemoteLink(DeslindeError):
    """A map would load something from a machine that is not ours, or run what is not a file."""


@dataclass(frozen=True)
class Rendered:
    """A map in the pieces that a page under a strict policy can use."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    markup: str
    script: str
    style: str


@dataclass(frozen=True)
class Archive:
    """Where the tiles of one archive are served, and which it has.

    address: with {z}, {x} and {y}. bounds: west, south, east, north in degrees.
    """

    name: str
    address: str
    first_zoom: int
    last_zoom: int
    bounds: tuple[float, float, float, float]


class VectorTiles(JSCSSMixin, MacroElement):
    """An archive of vector tiles that drawing.js draws with protomaps-leaflet."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {{ this._parent.get_name() }}_deslinde.tiles({{ this.said|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._name, self._id = "tiles", archive.name
        self.default_js = [("protomaps_leaflet", _PROTOMAPS)]
        self.said = {
            "name": archive.name,
            "address": archive.address,
            "minzoom": archive.first_zoom,
            "maxzoom": archive.last_zoom,
            "bounds": list(archive.bounds),
        }


class Beginning(MacroElement):
    """Hands the map, its looks and its sentences to deslinde.js. First among the children."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this._parent.get_name() }}_deslinde = deslinde.begin(
                {{ this._parent.get_name() }}, {{ this.said|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, said: Mapping[str, Any]) -> None:
        super().__init__()
        self._name, self._id = "beginning", NAME
        self.said = said


class FirstView(MacroElement):
    """What the map shows where the address asks for nothing else.

    Not folium's FitBounds: its movement would still run when the view of a link is set, and win.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {{ this._parent.get_name() }}_deslinde.first({{ this.said|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, bounds: Sequence[Sequence[float]]) -> None:
        super().__init__()
        self._name, self._id = "first", NAME
        self.said = [list(corner) for corner in bounds]


def compose(
    archives: Sequence[Archive],
    bounds: Sequence[Sequence[float]],
    settings: Mapping[str, Any],
) -> folium.Map:
    """The map of a release.

    archives: what it is drawn from; without any, the small drawer draws whole layers, each in
    its pane. bounds: south-west and north-east corner as (latitude, longitude). settings: what
    the scripts say and ask, in the reader's language. No tile comes from anybody else.
    """
    made = folium.Map(
        location=[(bounds[0][0] + bounds[1][0]) / 2, (bounds[0][1] + bounds[1][1]) / 2],
        tiles=None,
        zoom_start=6,
        zoom_control=False,
        min_zoom=FIRST_ZOOM,
        max_zoom=LAST_ZOOM,
        zoom_snap=1 if archives else 0.5,
        world_copy_jump=False,
    )
    made._id = NAME
    small = {"small": not archives}
    made.add_child(Beginning({**settings, **small, **looks.for_script()}), name="beginning")
    for name, height in () if archives else PANES:
        pane = CustomPane(name, z_index=height, pointer_events=False)
        pane._id = name
        made.add_child(pane, name=f"pane_{name}")
    for archive in archives:
        made.add_child(VectorTiles(archive), name=f"tiles_{archive.name}")
    made.add_child(FirstView(bounds), name="bounds")
    return made


def render(made: folium.Map) -> Rendered:
    """The pieces of a map. Raises RemoteLink for a link, a frame or a handler that is not ours."""
    for element in _all(made):
        if isinstance(element, JSCSSMixin):
            element.default_js = _local(element.default_js)
            element.default_css = _local(element.default_css)
    figure = made.get_root()
    if not isinstance(figure, Figure):
        raise RemoteLink("El mapa no tiene página: compóngalo con folium.Map.")
    for child in list(figure._children.values()):
        child.render()
    head = _Pieces()
    head.feed(str(figure.header.render()))
    head.close()
    body = _Pieces()
    body.feed(str(figure.html.render()))
    body.close()
    for address in (*head.scripts, *head.styles, *body.scripts, *body.styles, *body.other):
        if not address.startswith(OURS) or ".." in address:
            raise RemoteLink(
                f"El mapa pediría «{address}» a otra máquina: añada esa biblioteca a "
                "webmap/assets.py y su nombre a LIBRARIES, o quítela del mapa."
            )
    if body.inline or body.handlers:
        raise RemoteLink("El mapa llevaría un guion dentro de la página: páselo a un archivo.")
    script = "\n".join([*head.inline, str(figure.script.render())])
    style = "\n".join([*head.style, *body.style])
    foreign = _REMOTE.search(script) or _REMOTE.search(style)
    if foreign:
        raise RemoteLink(
            f"El guion del mapa nombra «{foreign.group()}»: quite del mapa lo que lo pide "
            "(las teselas de fondo, por ejemplo)."
        )
    return Rendered(
        scripts=tuple(head.scripts + body.scripts),
        styles=tuple(head.styles + body.styles),
        markup=body.markup,
        script=script,
        style=style,
    )


def _all(element: Element) -> list[Element]:
    below = [one for child in element._children.values() for one in _all(child)]
    return [element, *below]


def _local(links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Links with our own copies; one that we have no copy of stays, and is refused later."""
    made = []
    for name, address in links:
        if name not in LIBRARIES:
            made.append((name, address))
        elif (own := LIBRARIES[name]) is not None:
            made.append((name, own))
    return made


class _Pieces(HTMLParser):
    """Markup taken apart: links, what stands inline, and the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.other: list[str] = []
        self.inline: list[str] = []
        self.style: list[str] = []
        self.handlers: list[str] = []
        self._rest: list[str] = []
        self._inside: list[str] | None = None

    @property
    def markup(self) -> str:
        """What is neither script nor style."""
        return "".join(self._rest).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.handlers += [name for name in said if name.startswith("on") or name == "style"]
        if tag == "script" and "src" in said:
            self.scripts.append(said["src"])
            self._inside = []
        elif tag == "script":
            self._inside = self.inline
        elif tag == "style":
            self._inside = self.style
        elif tag == "link":
            self.styles.append(said.get("href", ""))
        else:
            self.other += [said[name] for name in ("src", "href", "action") if name in said]
            self._rest.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = None
        else:
            self._rest.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        (self._rest if self._inside is None else self._inside).append(data)
