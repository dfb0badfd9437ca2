"""Which manifest an annex names: the bond between the PDF, which lists nothing, and the rest."""

import io
import re

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from geo.evidence import layout
from geo.evidence.signing.trust import MALFORMED
from geo.evidence.unpack import PAYLOAD, Bundle

_PDF = f"{PAYLOAD}{layout.PDF}"
_MANIFEST = f"{PAYLOAD}{layout.MANIFEST}"
_NAMED = re.compile(re.escape(layout.KEYWORD) + r"\s*([0-9a-f]{64})")


def keyword(pdf: bytes) -> set[str] | None:
    """The manifests that a PDF names, in its information and in its metadata; None for none."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        texts = []
        if "/Info" in reader.trailer and "/Keywords" in reader.trailer["/Info"]:
            texts.append(str(reader.trailer["/Info"]["/Keywords"]))
        if "/Metadata" in reader.root:
            texts.append(reader.root["/Metadata"].data.decode("utf-8", errors="replace"))
    except (PdfError, *MALFORMED):
        return None
    return {sha256 for text in texts for sha256 in _NAMED.findall(text)} or None


def bound(bundle: Bundle) -> bool:
    """Whether the annex of a bundle names its manifest, and no other."""
    return {_PDF, _MANIFEST} <= set(bundle.sizes) and keyword(bundle.read(_PDF)) == {
        bundle.sha256(_MANIFEST)
    }
