"""How this release is cited, whose notices go along, and what its figures cannot say.

One definition for pages, downloads and machines, so that no file leaves with less than another.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from geo import naming
from geo.release import manifest
from geo.words import Words, _, said
from webmap.public.edition import Edition

_CITATION = _(
    "Deslinde, publicación {id}, datos al {as_of} (SHA-256 de su manifiesto: {sha256}). "
    "Fuentes: {sources}."
)
_ILLUSTRATIVE = _("DATOS ILUSTRATIVOS: inventados para la demostración; no prueban nada.")
_NO_LICENCE = _("no declarada por quien publica")
LIMITS = (
    _(
        "Una superposición es un hecho de cálculo entre dos límites registrados o declarados. No "
        "dice por sí sola que un derecho sea válido o inválido, ni que alguien ocupe o explote el "
        "lugar."
    ),
    _("Que un territorio no aparezca en el mapa no significa que no exista."),
    _(
        "Las hectáreas están medidas en el plano UTM de la zona del derecho. El mínimo y el máximo "
        "cuentan el error de los límites al 95 %; donde nadie conoce ese error, están vacíos."
    ),
    _("Una celda vacía, o «no se sabe», no es un no: ninguna de las fuentes usadas trae ese dato."),
    _(
        "Las hectáreas de varias superposiciones no se suman: en un mismo lugar puede haber varios "
        "derechos, y varios territorios."
    ),
    _("La prioridad de revisión ordena el trabajo; no es una calificación legal."),
)
"""What the figures cannot say (message ids)."""


@dataclass(frozen=True)
class SourceNotice:
    """One source that was used. redistribute: whether its own file may be passed on as it is.

    licence, notice: as its publisher says them, in the reader's language where there is one.
    as_of: of its newest file, a partial date, "" where nobody knows.
    """

    id: str
    title: str
    publisher: str
    licence: str
    notice: str
    as_of: str
    redistribute: bool
    illustrative: bool

    def told(self) -> dict[str, str]:
        """The source as a file or an answer names it, without its date."""
        return {
            "id": self.id,
            "title": self.title,
            "publisher": self.publisher,
            "licence": self.licence,
            "notice": self.notice,
        }


@dataclass(frozen=True)
class Citation:
    """What goes along with every file and every answer. Texts are in one language.

    sha256: of manifest.json, which names every file of the release with its own. warning: that
    the data are invented, "" where none are.
    """

    release: str
    as_of: str
    sha256: str
    text: str
    warning: str
    sources: tuple[SourceNotice, ...]
    limits: tuple[str, ...]


def of(edition: Edition, spoken: Words, used: Collection[str] | None = None) -> Citation:
    """The citation of a release, or of that part of it which rests on these sources.

    used: ids of sources; those that the release does not declare are left out.
    """
    sources = tuple(
        _notice(edition, key, spoken) for key in edition.sources if used is None or key in used
    )
    release = edition.release
    sha256 = digest(edition)
    text = spoken.say(
        _CITATION,
        id=release.id,
        as_of=naming.day(release.as_of, spoken),
        sha256=sha256,
        sources="; ".join(f"{one.title} ({one.publisher})" for one in sources)
        or spoken.say("ninguna"),
    )
    return Citation(
        release=release.id,
        as_of=release.as_of,
        sha256=sha256,
        text=text,
        warning=spoken.say(_ILLUSTRATIVE) if release.illustrative else "",
        sources=sources,
        limits=tuple(spoken.say(one) for one in LIMITS),
    )


def digest(edition: Edition) -> str:
    """The SHA-256 of the release's manifest.json, which names all its files with their own.

    The manifest is canonical JSON, so the bytes follow from what it says.
    """
    return edition.once(
        ("manifest-sha256",),
        lambda: hashlib.sha256(manifest.canonical(edition.release.said)).hexdigest(),
    )


def _notice(edition: Edition, key: str, spoken: Words) -> SourceNotice:
    one = edition.sources[key]
    licence = said(one["licence"])
    return SourceNotice(
        id=key,
        title=naming.told(one, "title", spoken),
        publisher=said(one["publisher"]),
        licence=spoken.say(_NO_LICENCE) if licence in ("", "unknown") else licence,
        notice=naming.told(one, "notice", spoken),
        as_of=max((str(made["as_of"] or "") for made in one["inputs"]), default=""),
        redistribute=bool(one["redistribute"]),
        illustrative=bool(one["illustrative"]),
    )
