"""The files of a copy that are no pages of the site: what it is, and where to go in."""

from collections.abc import Sequence

from geo.release.read import Release
from geo.words import OWN_NAMES, Words, _
from webmap.copies import folder, rewriting

SITE = _(
    "Aquí hay una copia entera del sitio público: archivos que cualquier servidor web puede "
    "entregar, desde cualquier carpeta. No necesita programa ni base de datos."
)
STICK = _(
    "Aquí hay un mapa que se abre sin conexión y sin instalar nada: haga doble clic en "
    "«index.html». Puede copiar la carpeta entera a una memoria USB o a otra computadora."
)
_CHECK = _("Para comprobar que nadie lo cambió: «sha256sum -c SHA256SUMS».")
_DATED = _("Publicación {id}, datos al {on}.")
_LIMITS = _(
    "Una superposición es un hecho de cálculo entre dos límites registrados o declarados; no dice "
    "que un derecho sea válido o inválido. Que algo no aparezca no significa que no exista."
)
_ABSENT = _(
    "No están los hechos contra personas defensoras, porque de una copia no se podrían retirar; ni "
    "lo que necesita un servidor. La página «copia.html» de cada idioma lo dice todo."
)
_HEADERS = _(
    "Cada página lleva su propia política de seguridad. Además, haga que el servidor web mande "
    "estas cabeceras, y no guarde las direcciones de quienes visitan:"
)
_RENEW = _(
    "Para renovarla, repita la orden con la misma carpeta: la anterior se cambia entera por la "
    "nueva. Si cambió una sola letra de la publicación, cambian las huellas."
)
_SIMPLIFIED = _(
    "Los contornos de los territorios vecinos están simplificados en {n} m como máximo, para que "
    "la carpeta sea pequeña; el territorio y los derechos llevan todos sus vértices."
)
_SHORT = _(
    "Cada derecho y cada superposición se leen en el mapa y en la tabla; sus páginas en palabras "
    "sencillas no entraron, para que la carpeta sea pequeña."
)
_NOT_HERE = _("Aquí no hay ninguna página.")
_UP = _("Vuelva al comienzo del sitio y búsquela desde allí.")
_ILLUSTRATIVE = _("Datos ilustrativos: no describen ningún lugar real.")


def readme(
    spoken: Sequence[Words],
    what: str,
    release: Release,
    *,
    served: bool,
    simplified_m: int = 0,
    with_pages: bool = True,
) -> bytes:
    """LEAME.txt, in every language of the copy. what: SITE or STICK. served: by a web server.
    simplified_m: by how much the outlines of neighbours may differ from their own. with_pages:
    whether each right and overlap has a page.
    """
    parts = []
    for words in spoken:
        say = words.say
        lines = ["DESLINDE", say(_DATED, id=release.id, on=words.date(release.as_of))]
        if release.illustrative:
            lines.append(say(_ILLUSTRATIVE))
        lines += ["", say(what), "", say(_LIMITS), "", say(_ABSENT), "", say(_CHECK)]
        if simplified_m:
            lines += ["", say(_SIMPLIFIED, n=simplified_m)]
        if not with_pages:
            lines += ["", say(_SHORT)]
        if served:
            lines += ["", say(_RENEW), "", say(_HEADERS), "", folder.headers()]
        parts.append("\n".join(lines))
    return ("\n\n".join([*parts, ""])).encode("utf-8")


def entrance(spoken: Sequence[Words], first_page: str = "index.html") -> bytes:
    """index.html: straight on to the first language, and a link to each, without a script."""
    first = spoken[0].language
    links = "".join(
        f'<li><a href="{one}/{first_page}" lang="{one}">{OWN_NAMES[one]}</a></li>'
        for one in (words.language for words in spoken)
    )
    refresh = f'<meta http-equiv="refresh" content="0; url={first}/{first_page}">'
    return _page(first, "Deslinde", f"<ul>{links}</ul>", refresh)


def missing(spoken: Sequence[Words]) -> bytes:
    """404.html. It may be shown for any address, so it links to nothing."""
    told = "".join(
        f'<p lang="{one.language}">{one.say(_NOT_HERE)} {one.say(_UP)}</p>' for one in spoken
    )
    return _page(spoken[0].language, "Deslinde", told, "")


def _page(language: str, title: str, body: str, head: str) -> bytes:
    policy = rewriting.policy().replace("'", "&#x27;")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{rewriting.ICON}\n{head}\n<title>{title}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()
