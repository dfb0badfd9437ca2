"""The page for whoever has a bundle and nothing of ours: what is in it, and how to check it."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo.evidence import layout
from geo.evidence.chosen import Chosen
from geo.terms import Tier
from geo.words import said

_WHO = {
    Tier.PUBLIC: ("Público.", "Public."),
    Tier.PARTNER: (
        "Solo para organizaciones aliadas: no lo publique.",
        "For partner organisations only: do not publish it.",
    ),
    Tier.RESTRICTED: (
        "RESERVADO: puede nombrar a personas; no lo publique.",
        "RESTRICTED: it may name people; do not publish it.",
    ),
}
_SPECIMEN = (
    "ESPÉCIMEN: contiene datos ilustrativos, inventados. No sirve como prueba de nada.\n",
    "SPECIMEN: holds illustrative, invented data. It is evidence of nothing.\n",
)

_SPANISH = """\
DESLINDE: anexo técnico de superposiciones
==========================================

{who}
{specimen}Publicación {release}, datos al {as_of}.

Es un documento técnico, no una opinión legal, y no sustituye la información oficial: pida a la
entidad competente que la confirme. Una huella SHA-256 prueba que los bytes son los mismos; no
prueba que lo que dicen sea cierto.

1. Cómo comprobarlo sin nuestro programa
  Descomprima el .zip y abra una terminal en la carpeta que sale, la que contiene «bagit.txt»:
    Linux           sha256sum --strict -c manifest-sha256.txt
                    sha256sum --strict -c tagmanifest-sha256.txt
    macOS           shasum -a 256 -c manifest-sha256.txt
    Windows         Get-FileHash -Algorithm SHA256 data\\anexo.pdf      (archivo por archivo)
  Cada línea debe decir «OK» (o «La suma coincide»), y dentro de «data» no debe haber ningún
  archivo que la lista no nombre. La carpeta es una bolsa BagIt (RFC 8493): también la comprueba
  cualquier programa que conozca ese formato.
  El anexo imprime en su carátula y al pie de sus páginas la huella de «data/manifest.json», que
  a su vez nombra la de cada archivo menos el anexo. Compárela con:
    sha256sum data/manifest.json
  Quien hizo la entrega conserva la huella del .zip entero: pídasela y compárela.
  Con nuestro programa: «deslinde verify PAQUETE.zip» hace todo esto y vuelve a calcular cada
  superposición con lo que hay en «recibido».

2. Firmas y sellos de tiempo
  El paquete sale sin firma: el programa no firma por nadie. Si existe la carpeta «firmas», que
  está al lado de «data», alguien lo firmó después:
  - «firmas/{signed}» es el anexo con firmas. Ábralo en cualquier lector de PDF que muestre
    firmas. Firmar solo añade al final; el comienzo sigue siendo el anexo sin firmar, con la
    huella que tiene en manifest-sha256.txt:
      head -c $(wc -c < data/anexo.pdf) firmas/{signed} | sha256sum
  - Una firma separada Ed25519 es sobre «manifest-sha256.txt», la lista de huellas; a su lado
    está la clave pública, con el mismo número:
      openssl pkeyutl -verify -pubin -inkey firmas/NUMERO.pem -rawin \\
        -in manifest-sha256.txt -sigfile firmas/manifest-sha256.txt.NUMERO.ed25519
    Que esa clave sea de quien dice ser, pregúnteselo a esa persona por otra vía.
  - Un sello de tiempo RFC 3161 (.tsr) dice que esos bytes existían en esa fecha. Los de
    «firmas» se comprueban así; pida a la autoridad de sellado sus certificados:
      openssl ts -verify -data manifest-sha256.txt -in firmas/manifest-sha256.txt.tsr \\
        -CAfile CERTIFICADOS.pem
    Los de «data/sellos» son de cada archivo recibido, con los doce primeros signos de su huella
    por nombre:
      openssl ts -verify -digest HUELLA -in data/sellos/NOMBRE.tsr -CAfile CERTIFICADOS.pem

3. Qué hay en «data»
  anexo.pdf        el documento
  manifest.json    qué se pidió, con qué versiones, y la huella de cada archivo
  custodia.jsonl   qué se hizo con qué bytes; cada línea lleva la huella de la anterior
  datos/           las capas del mapa: GeoPackage con estilos de QGIS, GeoJSON, KML y tablas CSV
  recibido/        las filas tal como llegaron, con todos sus campos y vértices, para recalcular
  archivos/        archivos enteros, donde su licencia deja pasarlos
  metodo/          fuentes, reglas, país, casos y resoluciones que dieron las cifras; los datos de
                   cada captura y el manifiesto de la publicación
  sellos/          sellos de tiempo de los archivos recibidos, si los hay

4. Tablas en una hoja de cálculo
  Los códigos son textos: sus ceros cuentan. Donde una hoja de cálculo los haría números, o
  tomaría un texto por fórmula, la celda empieza con un apóstrofo (') que no es parte del dato.
  Si su programa los cambia igual, importe el CSV eligiendo «texto» para esa columna.

5. De dónde sale
{captures}
6. Fuentes, licencias y avisos
{sources}"""

_ENGLISH = """\
DESLINDE: technical annex on overlaps
=====================================

{who}
{specimen}Release {release}, data as of {as_of}.

This is a technical document, not a legal opinion, and it does not replace official information:
ask the competent body to confirm it. A SHA-256 proves that the bytes are the same; it does not
prove that what they say is true.

1. How to check it without our software
  Unzip the file and open a terminal in the folder that comes out, the one with "bagit.txt":
    Linux           sha256sum --strict -c manifest-sha256.txt
                    sha256sum --strict -c tagmanifest-sha256.txt
    macOS           shasum -a 256 -c manifest-sha256.txt
    Windows         Get-FileHash -Algorithm SHA256 data\\anexo.pdf      (file by file)
  Every line must say "OK", and "data" must hold no file that the list does not name. The folder
  is a BagIt bag (RFC 8493): any program that knows the format checks it too.
  The annex prints, on its cover and at the foot of its pages, the hash of "data/manifest.json",
  which names the hash of every file but the annex. Compare it with:
    sha256sum data/manifest.json
  Whoever handed the bundle over keeps the hash of the whole .zip: ask for it and compare.
  With our software, "deslinde verify BUNDLE.zip" does all this and computes every overlap once
  more from what lies in "recibido".

2. Signatures and time stamps
  A bundle is made without a signature: the program signs for nobody. Where there is a folder
  "firmas" beside "data", somebody signed it afterwards:
  - "firmas/{signed}" is the annex with signatures. Open it in any PDF reader that shows
    signatures. Signing only appends; the beginning is still the unsigned annex, with the hash
    that it has in manifest-sha256.txt:
      head -c $(wc -c < data/anexo.pdf) firmas/{signed} | sha256sum
  - A detached Ed25519 signature is over "manifest-sha256.txt", the list of hashes; the public
    key lies beside it, under the same number:
      openssl pkeyutl -verify -pubin -inkey firmas/NUMBER.pem -rawin \\
        -in manifest-sha256.txt -sigfile firmas/manifest-sha256.txt.NUMBER.ed25519
    Ask that person, by another way, whether the key is theirs.
  - An RFC 3161 time stamp (.tsr) says that these bytes existed at that time. Those in "firmas"
    are checked as follows; ask the stamping authority for its certificates:
      openssl ts -verify -data manifest-sha256.txt -in firmas/manifest-sha256.txt.tsr \\
        -CAfile CERTIFICATES.pem
    Those in "data/sellos" are of each received file, named by the first twelve signs of its
    hash:
      openssl ts -verify -digest HASH -in data/sellos/NAME.tsr -CAfile CERTIFICATES.pem

3. What is in "data"
  anexo.pdf        the document
  manifest.json    what was asked for, with which versions, and the hash of every file
  custodia.jsonl   what was done to which bytes; every line holds the hash of the one before
  datos/           the layers of the map: GeoPackage with QGIS styles, GeoJSON, KML and CSV tables
  recibido/        the rows as they came, with all fields and vertices, to compute again
  archivos/        whole files, where their licence lets them be passed on
  metodo/          the sources, rules, country, cases and judgments that gave the figures; the
                   particulars of each capture and the manifest of the release
  sellos/          time stamps of the received files, if there are any

4. Tables in a spreadsheet
  Codes are texts: their zeros count. Where a spreadsheet would make them numbers, or take a text
  for a formula, the cell begins with an apostrophe (') that is no part of the data. If your
  program changes them all the same, import the CSV and choose "text" for that column.

5. Where it comes from
{captures}
6. Sources, licences and notices
{sources}"""

# heading of each fact of a capture: Spanish, English
_FACTS = {
    "name": ("archivo", "file"),
    "sha256": ("SHA-256", "SHA-256"),
    "size_bytes": ("bytes", "bytes"),
    "retrieved_at": ("recibido (UTC)", "received (UTC)"),
    "address": ("dirección de la fuente", "address of the source"),
    "origin": ("procedencia", "origin"),
}
_ASSERTED = (
    "según dice quien lo importó; el programa no lo comprobó",
    "as asserted by the importer; the program did not check it",
)
_HERE = ("incluido entero en", "enclosed whole in")
_NOT_HERE = ("no va incluido", "not enclosed")
_AGAIN = (
    "para obtenerlo, pídalo a la fuente y compare su SHA-256; si la fuente cambió, no será igual",
    "to get it, ask the source and compare its SHA-256; a source that has changed gives another",
)
_NO_WHY = ("su licencia no lo permite o no se conoce", "its licence forbids it or is unknown")
_UNKNOWN = ("desconocido", "unknown")


def texts(chosen: Chosen, enclosed: Mapping[str, str]) -> dict[str, bytes]:
    """The page in Spanish and in English, by name. enclosed: SHA-256 -> where a whole file stands.

    Nothing in it depends on the annex or on the manifest, which name it.
    """
    made = {}
    for place, (name, template) in enumerate(
        ((layout.GUIDE, _SPANISH), (layout.GUIDE_EN, _ENGLISH))
    ):
        text = template.format(
            who=_WHO[chosen.release.tier][place],
            specimen=_SPECIMEN[place] if chosen.illustrative else "",
            release=chosen.release.id,
            as_of=said(chosen.release.as_of) or _UNKNOWN[place],
            signed=layout.SIGNED_PDF,
            captures=_block(_capture(one, enclosed, place) for one in chosen.captures),
            sources=_block(_source(one, place) for one in chosen.sources),
        )
        made[name] = text.encode("utf-8")
    return made


def _capture(capture: Mapping[str, Any], enclosed: Mapping[str, str], place: int) -> list[str]:
    lines = [f"  {said(capture[('title', 'title_en')[place]]) or said(capture['source_id'])}"]
    for name, headings in _FACTS.items():
        if said(capture[name]):
            lines.append(f"    {headings[place]}: {said(capture[name])}")
    if capture["asserted"]:
        lines[-1] += f" ({_ASSERTED[place]})"
    where = enclosed.get(capture["sha256"])
    if where:
        return [*lines, f"    {_HERE[place]} {where}"]
    why = said(capture["why_not"]) if place == 0 else ""
    return [*lines, f"    {_NOT_HERE[place]}: {why or _NO_WHY[place]}", f"    {_AGAIN[place]}"]


def _source(source: Mapping[str, Any], place: int) -> list[str]:
    title, notice = (("title", "notice"), ("title_en", "notice_en"))[place]
    licence = ("licencia", "licence")[place]
    lines = [f"  {said(source['id'])}: {said(source[title])} ({said(source['publisher'])})"]
    lines.append(f"    {licence}: {said(source['licence']) or _UNKNOWN[place]}")
    return [*lines, f"    {said(source[notice])}"] if said(source[notice]) else lines


def _block(listed: Iterable[list[str]]) -> str:
    return "".join(f"{line}\n" for lines in listed for line in lines)
