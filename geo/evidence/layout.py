"""Where everything stands in a bundle. A reader of another form is told to update.

<name>.zip, stored, every entry dated 1980-01-01, in the order of the names:

<bag>/bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt    BagIt (RFC 8493)
<bag>/data/…                                                               what is below
<bag>/firmas/…                                                             only after `sign`
"""

FORM = 1
"""The form of a bundle. `verify` refuses a newer one."""

PDF = "anexo.pdf"
MANIFEST = "manifest.json"  # canonical; lists every file below data/ but itself and the PDF
CUSTODY = "custodia.jsonl"  # one line a deed, each with the hash of the one before
GUIDE = "LEAME.txt"  # how to check without this software
GUIDE_EN = "README.txt"

DATA = "datos"  # the layers as the map has them
RECEIVED = "recibido"  # the features as received: <source>-<sha12>.geojson, facts-<sha12>.csv
SNAPSHOTS = "archivos"  # whole files, where they may be passed on: <sha12>-<name>
METHOD = "metodo"  # declarations and rules that made the figures, as texts
RELEASE = f"{METHOD}/publicacion.json"  # the manifest of the release, as it is
CAPTURES = f"{METHOD}/capturas.json"  # what is known of each file that the rows came from
STAMPS = "sellos"  # RFC 3161 tokens of captures: <sha12>.tsr

SIGNATURES = "firmas"  # beside data/: signed PDF, detached signatures, tokens of the bundle
SIGNED_PDF = "anexo.firmado.pdf"

KEYWORD = "manifest-sha256:"
"""The annex names the manifest's SHA-256 in its keywords, after this word."""
