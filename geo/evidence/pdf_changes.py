"""What was changed in a PDF after a moment: nothing but signatures, or more."""

import io

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.diff_analysis.constants import (
    ACROFORM_EXEMPT_STRICT_COMPARISON,
    ROOT_EXEMPT_STRICT_COMPARISON,
)
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.policies import StandardDiffPolicy
from pyhanko.sign.diff_analysis.rules.file_structure_rules import CatalogModificationRule
from pyhanko.sign.diff_analysis.rules.form_field_rules import (
    SigFieldCreationRule,
    SigFieldModificationRule,
    is_field_visible,
)

_FORM = pdf_name("/AcroForm")
_CREATED = SigFieldCreationRule()  # type: ignore[no-untyped-call]
_CATALOG = CatalogModificationRule(  # type: ignore[no-untyped-call]
    ROOT_EXEMPT_STRICT_COMPARISON | {"/Perms"}
)
_SIGNATURES_ONLY = StandardDiffPolicy(
    global_rules=[
        _CATALOG,
        *(
            rule
            for rule in DEFAULT_DIFF_POLICY.global_rules
            if not isinstance(rule, CatalogModificationRule)
        ),
    ],
    form_rule=FormUpdatingRule(
        [_CREATED, SigFieldModificationRule()],
        ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
)
"""What may follow the unsigned annex: the library's own policy, from a document without a form."""


def only_signatures(original: bytes, signed: bytes) -> bool:
    """Whether all that came after the unsigned bytes is signatures.

    The library looks at what came after a signature; what its own revision did to the pages, it
    leaves to the signer. The annex must not change by being signed, so this looks from before.
    """
    before = PdfFileReader(io.BytesIO(original), strict=True)
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    last = before.xrefs.total_revisions - 1
    if reader.xrefs.total_revisions <= last + 1:
        return False
    for revision in range(last + 1):
        mine = before.xrefs.get_startxref_for_revision(revision)
        if reader.xrefs.get_startxref_for_revision(revision) != mine:
            return False
    base = reader.get_historical_resolver(last)
    if _FORM not in base.root:
        # the library compares two forms, and an annex has none before it is signed
        form = DictionaryObject({pdf_name("/Fields"): ArrayObject()})  # type: ignore[no-untyped-call]
        base.root[_FORM] = form
    return is_small(_SIGNATURES_ONLY.review_file(reader, base))


def is_small(result: object) -> bool:
    """Whether the library found no more than signatures and what belongs to them."""
    return (
        isinstance(result, DiffResult)
        and result.modification_level <= ModificationLevel.FORM_FILLING
    )


def is_visible(field: DictionaryObject) -> bool:
    """Whether a signature's field draws on a page."""
    return bool(is_field_visible(field))  # type: ignore[no-untyped-call]
