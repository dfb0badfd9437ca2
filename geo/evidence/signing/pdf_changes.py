"""What was changed in a PDF after one of its revisions: nothing but signatures, or more.

The library's own comparison reads every object of the document (a minute for a long annex), so the
plain case is recognised first: signature fields that cannot be seen, added and filled, and no
object of before touched but for that. What is not that plain is left to the library.
"""

import io
from collections.abc import Iterator
from itertools import pairwise

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    Reference,
    pdf_name,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.diff_analysis.commons import compare_dicts
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
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

_FORM = pdf_name("/AcroForm")
_FIELDS = pdf_name("/Fields")
_ANNOTATIONS = pdf_name("/Annots")

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

# The keys of a signature field that draws nothing, runs nothing and points nowhere else.
_PLAIN_FIELD = frozenset({"/FT", "/T", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V"})
_PLAIN_FORM = frozenset({"/Fields", "/SigFlags"})


def only_signatures(original: bytes, signed: bytes) -> bool:
    """Whether all that came after the unsigned bytes is signatures.

    The library looks at what came after a signature; what its own revision did to the pages, it
    leaves to the signer. The annex must not change by being signed, so this looks from before.
    """
    before = PdfFileReader(io.BytesIO(original), strict=True)
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    last = before.xrefs.total_revisions - 1
    if reader.xrefs.total_revisions <= last + 1 or reader.encrypted:
        return False
    for revision in range(last + 1):
        mine = before.xrefs.get_startxref_for_revision(revision)
        if reader.xrefs.get_startxref_for_revision(revision) != mine:
            return False
    return only_signatures_since(signed, last)


def only_signatures_since(
    signed: bytes,
    revision: int,
    permitted: MDPPerm | None = None,
    locked: FieldMDPSpec | None = None,
) -> bool:
    """Whether all that came after a revision (0 is the first) is signatures.

    permitted, locked: what the signature of that revision allows to follow it.
    """
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    if reader.xrefs.total_revisions == revision + 1:
        return True
    plain = locked is None and _plain(reader, revision)
    level = ModificationLevel.FORM_FILLING if plain else _level(reader, revision, permitted, locked)
    if level is None or level > ModificationLevel.FORM_FILLING:
        return False
    return permitted is None or level.value <= permitted.value


def is_visible(field: DictionaryObject) -> bool:
    """Whether a signature's field draws on a page."""
    return bool(is_field_visible(field))  # type: ignore[no-untyped-call]


def _level(
    reader: PdfFileReader, revision: int, permitted: MDPPerm | None, locked: FieldMDPSpec | None
) -> ModificationLevel | None:
    """What the library finds; None where it finds more than it knows."""
    base = reader.get_historical_resolver(revision)
    if _FORM not in base.root:
        # the library compares two forms, and an annex has none before it is signed
        form = DictionaryObject({_FIELDS: ArrayObject()})  # type: ignore[no-untyped-call]
        base.root[_FORM] = form
    found = _SIGNATURES_ONLY.review_file(reader, base, locked, permitted)
    return found.modification_level if isinstance(found, DiffResult) else None


# --- the plain case -----------------------------------------------------------------------------


def _plain(reader: PdfFileReader, revision: int) -> bool:
    """Whether every later revision adds invisible signature fields, and touches nothing else."""
    revisions = range(revision, reader.xrefs.total_revisions)
    views = [reader.get_historical_resolver(one) for one in revisions]
    return all(_plain_step(old, new) for old, new in pairwise(views))


def _plain_step(old: HistoricalResolver, new: HistoricalResolver) -> bool:
    freed = new.refs_freed_in_revision()  # type: ignore[no-untyped-call]
    if freed or old.root_ref != new.root_ref:
        return False
    if not compare_dicts(old.root, new.root, frozenset({"/AcroForm", "/Extensions"}), False):
        return False
    added = _added_fields(old, new)
    if added is None:
        return False
    form = {old.root_ref, *_form_refs(old)}
    return all(
        ref in form or old.is_ref_unassignable(ref) or _plain_page(old(ref), new(ref), added)
        for ref in new.explicit_refs_in_revision()  # type: ignore[no-untyped-call]
    )


def _form_refs(view: HistoricalResolver) -> Iterator[Reference]:
    """The references of the form and of its list of fields, where they are objects of their own."""
    form = view.root.raw_get(_FORM) if _FORM in view.root else None
    if isinstance(form, IndirectObject):
        yield form.reference
        form = form.get_object()  # type: ignore[no-untyped-call]
    fields = form.raw_get(_FIELDS) if isinstance(form, DictionaryObject) else None
    if isinstance(fields, IndirectObject):
        yield fields.reference


def _added_fields(old: HistoricalResolver, new: HistoricalResolver) -> set[Reference] | None:
    """The new signature fields; None where the form changed in any other way."""
    before, after = _fields(old), _fields(new)
    if before is None or after is None or after[: len(before)] != before:
        return None
    added = after[len(before) :]
    plain = all(old.is_ref_unassignable(ref) and _plain_field(new(ref)) for ref in added)
    return set(added) if plain and len(set(after)) == len(after) else None


def _fields(view: HistoricalResolver) -> list[Reference] | None:
    if _FORM not in view.root:
        return []
    form = view.root[_FORM]
    if not isinstance(form, DictionaryObject) or not set(form) <= _PLAIN_FORM:
        return None
    return _references(form.get(_FIELDS))


def _plain_field(field: object) -> bool:
    return (
        isinstance(field, DictionaryObject)
        and set(field) <= _PLAIN_FIELD
        and field.get("/FT") == "/Sig"
        and not is_visible(field)
    )


def _plain_page(before: object, after: object, added: set[Reference]) -> bool:
    """Whether an object is a page, the same but for new signature fields among its notes."""
    if not isinstance(before, DictionaryObject) or not isinstance(after, DictionaryObject):
        return False
    if before.get("/Type") != "/Page":
        return False
    if not compare_dicts(before, after, frozenset({"/Annots"}), False):
        return False
    there = _references(before.get(_ANNOTATIONS, ArrayObject()))
    now = _references(after.get(_ANNOTATIONS, ArrayObject()))
    if there is None or now is None or now[: len(there)] != there:
        return False
    return set(now[len(there) :]) <= added


def _references(listed: object) -> list[Reference] | None:
    if not isinstance(listed, ArrayObject):
        return None
    found = [one.reference for one in listed if isinstance(one, IndirectObject)]
    return found if len(found) == len(listed) else None
