"""Is a bundle what it was, and do its figures follow from what it encloses? Offline.

Figures are computed again from the rows as received, and held to the tolerance of `compare`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from geo.errors import BundleUnreadable
from geo.evidence import bag_check, layout
from geo.evidence.check import (
    choice_check,
    compare,
    enclosed,
    faces,
    manifest_check,
    recheck,
    retold,
    signing_check,
)
from geo.evidence.check.manifest_check import CAPTURES, CUSTODY, MANIFEST, PDF, RELEASE
from geo.evidence.check.signing_check import Trusted
from geo.evidence.chosen import Chosen
from geo.evidence.findings import Finding, Kind, Report, some
from geo.evidence.signing.signatures import original_of
from geo.evidence.signing.trust import NOBODY, Trust
from geo.evidence.unpack import PAYLOAD, Bundle, opened, said
from geo.home import Home, code_digest
from geo.release import manifest as manifests
from geo.words import Words

Say = Callable[[str], None]

_NEEDED = tuple(
    f"{PAYLOAD}{name}/" for name in (layout.DATA, layout.RECEIVED, layout.SNAPSHOTS, layout.METHOD)
)
_BYTES = (Kind.ALTERED, Kind.MISSING, Kind.ADDED)


@dataclass
class _Notes:
    """What is gathered on the way to a report."""

    findings: list[Finding] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def found(self, findings: Iterable[Finding]) -> bool:
        """Keeps findings; whether there were any."""
        before = len(self.findings)
        self.findings.extend(findings)
        return len(self.findings) > before


def verify(
    path: Path,
    *,
    home: Home,
    languages: Mapping[str, Words],
    signers: Trust = NOBODY,
    authorities: Trust = NOBODY,
    recompute: bool = True,
    say: Say = lambda _message: None,
) -> Report:
    """Everything that can be known of a bundle (a zip or its folder) without a network.

    home: this program's own data and clock. signers, authorities: whom the reader trusts to sign
    and to say the time. Raises BundleUnreadable where it cannot be read as a bundle at all.
    """
    bundle = opened(path)
    notes = _Notes()
    say(f"huellas de {len(bundle.names):,} archivos")
    whole = bag_check.digests(bundle)
    original = _original(bundle, whole)
    shown, found = _as_made(bundle, whole, original)
    notes.found(bag_check.lists(shown, found))
    notes.found(bag_check.archive(bundle))
    # a list that was itself altered says nothing of the others
    sound = not any(one.file == MANIFEST for one in notes.findings)
    if sound:
        notes.found(manifest_check.check(shown, found))
        notes.found(retold.places(shown))
    if not notes.findings:
        notes.checked.append(
            f"{len(bundle.names):,} archivos: cada uno tiene la huella que dicen las listas y el "
            "manifiesto, y ninguno falta ni sobra."
        )
    if not any(one.file == PDF for one in notes.findings) and not notes.found(
        manifest_check.check_annex(shown, found, original)
    ):
        notes.checked.append("El anexo nombra este manifiesto.")
    notes.unchecked.append(
        "El texto del PDF: se comprueban sus bytes y el manifiesto que nombra, no lo que dice."
    )
    _content(shown, found, notes, home, languages, sound=sound, recompute=recompute, say=say)
    say("firmas y sellos")
    trusted = Trusted(signers, authorities, home.now())
    captures = enclosed.captures(shown)
    parts = (
        signing_check.check(bundle, original, trusted),
        signing_check.check_captures(bundle, captures.values(), trusted),
    )
    notes.found(signing_check.asked_for(parts, trusted))
    for part in parts:
        notes.found(part.findings)
        notes.checked.extend(part.holds)
        notes.unchecked.extend(part.unasked)
    return Report(
        tuple(_once(notes.findings)),
        tuple(dict.fromkeys(notes.checked)),
        tuple(dict.fromkeys(notes.unchecked)),
    )


def _original(bundle: Bundle, found: Mapping[str, str]) -> bytes | None:
    """The annex without what was appended to it; None where it is not the one that is listed."""
    promised = manifest_check.promised_annex(bundle)
    if PDF not in bundle.sizes or not promised:
        return None
    content = bundle.read(PDF)
    return content if found[PDF] == promised else original_of(content, promised)


def _as_made(
    bundle: Bundle, found: Mapping[str, str], original: bytes | None
) -> tuple[Bundle, dict[str, str]]:
    """The bundle as it was before somebody signed its PDF in its place."""
    if original is None or len(original) == bundle.sizes[PDF]:
        return bundle, dict(found)
    return (
        replace(bundle, sizes={**bundle.sizes, PDF: len(original)}),
        {**found, PDF: hashlib.sha256(original).hexdigest()},
    )


def _content(
    bundle: Bundle,
    found: Mapping[str, str],
    notes: _Notes,
    home: Home,
    languages: Mapping[str, Words],
    *,
    sound: bool,
    recompute: bool,
    say: Say,
) -> None:
    """Custody, captures, data: whether what the files say fits together."""
    captures = enclosed.captures(bundle)
    at_fault = {one.file for one in notes.findings}
    if sound and not at_fault & {RELEASE, CAPTURES}:
        wrong = list(manifest_check.check_custody(bundle, found, captures))
        if not wrong:
            wrong = [*retold.captures(bundle), *retold.log(bundle, captures)]
        if not notes.found(wrong):
            notes.checked.append("La cadena de custodia está entera y es la del manifiesto.")
        told = list(recheck.check_snapshots(bundle, found, captures))
        notes.found(one for one in told if one.file not in at_fault)
    elif CUSTODY in found:
        notes.found(manifest_check.check_chain(bundle))
    spoilt = [one.file for one in notes.findings if one.kind in _BYTES and _needed(one.file)]
    spoilt += [] if sound else [MANIFEST]
    if spoilt:
        notes.unchecked.append(
            f"Las cifras: no se volvieron a calcular, porque «{spoilt[0]}» no es el que era."
        )
        return
    try:
        _figures(bundle, notes, home, languages, recompute=recompute, say=say)
    except BundleUnreadable as error:
        notes.found([Finding(Kind.ALTERED, error.file, str(error))])


def _needed(file: str) -> bool:
    """Whether the figures rest on a file."""
    return file.startswith(_NEEDED)


def _figures(
    bundle: Bundle,
    notes: _Notes,
    home: Home,
    languages: Mapping[str, Words],
    *,
    recompute: bool,
    say: Say,
) -> None:
    manifest = manifest_check.read(bundle)
    release = said(bundle.read(RELEASE))
    captures = enclosed.captures(bundle)
    notes.found(manifest_check.check_inputs(release, captures))
    wishes = enclosed.wishes(manifest)
    chosen = enclosed.cut(bundle, manifest, release)
    rows = enclosed.received(bundle)
    say("filas recibidas")
    received = list(recheck.check_received(bundle, rows, captures))
    notes.found(received)
    notes.found(retold.rows(chosen, bundle, rows))
    notes.found(retold.beside(chosen, wishes, bundle, manifest))
    notes.found(choice_check.check(chosen))
    if release.get("code") == code_digest():
        notes.found(retold.guides(chosen, bundle))
    notes.unchecked.extend(_other_declarations(chosen, home))
    if recompute:
        say(f"recalculando {len(chosen.overlaps):,} superposiciones")
        made = recheck.check(bundle, chosen, rows, home, tier=str(release.get("tier")))
        notes.found(made.findings)
        notes.unchecked.extend(made.unchecked)
        if not made.findings:
            notes.checked.append(_recomputed(made, chosen))
        notes.unchecked.extend(_partly(made, rows))
    else:
        notes.unchecked.append("Las cifras: no se volvieron a calcular (--no-recompute).")
    say("capas y tablas")
    other = list(_other_versions(release))
    notes.unchecked.extend(other)
    words = languages[wishes.language]
    if not notes.found(faces.check(bundle, chosen, wishes, words, exact=not other)):
        notes.checked.append("Los archivos de datos dicen lo mismo entre sí.")


def _recomputed(made: recheck.Rechecked, chosen: Chosen) -> str:
    return (
        f"Se recalcularon {made.pairs:,} pares, {len(chosen.concessions):,} derechos, "
        f"{len(chosen.territories):,} territorios y {made.flags:,} alertas desde las filas "
        f"recibidas: dan lo mismo (tolerancia: áreas {compare.AREA_HA} ha más una millonésima, "
        f"distancias y vértices {compare.LENGTH_M} m, porque otras versiones de GEOS y PROJ "
        "difieren en sus últimas cifras)."
    )


def _partly(made: recheck.Rechecked, rows: Iterable[enclosed.Rows]) -> Iterator[str]:
    """Which files could not be held against the whole file that they come from."""
    cut = [one.file for one in rows if one.capture is not None and one.file not in made.whole]
    if cut:
        yield (
            "Si las filas recibidas son todas las que había y tal como eran: no va entero el "
            f"archivo de {len(cut)} de ellas (la primera, «{cut[0]}»); pídalo a su fuente y "
            "compare su SHA-256."
        )
    yield "El libro de cambios y las fechas de captura: se comprueban sus huellas, no su contenido."


def _other_declarations(chosen: Chosen, home: Home) -> Iterator[str]:
    """Which declarations this program does not have, or has in other words."""
    ours = {name: home.data.joinpath(*name.split("/")) for name in chosen.declared}
    other = [
        name
        for name, path in sorted(ours.items())
        if not path.is_file() or path.read_bytes() != chosen.declared[name].encode("utf-8")
    ]
    if other:
        yield (
            "Las declaraciones y reglas son las del paquete, y con ellas se recalculó; este "
            f"programa no las tiene o las tiene de otro modo: {some(other)}. Compárelas."
        )


def _other_versions(release: Mapping[str, Any]) -> Iterator[str]:
    """What of this program is not what made the bundle."""
    told, ours = release.get("versions"), manifests.versions()
    theirs = told if isinstance(told, dict) else {}
    differ = [
        f"{name} {theirs.get(name)} → {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    ]
    if differ:
        yield f"Versiones que no son las que hicieron el paquete: {', '.join(differ)}."
    if release.get("code") not in ("", code_digest()):
        yield (
            "El código de este programa no es el que hizo el paquete: las palabras de las tablas "
            "no se compararon, las cifras sí."
        )


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each file at fault once for each kind; what its bytes say first."""
    seen: set[tuple[Kind, str, str]] = set()
    for one in findings:
        # a row that differs is a finding of its own; a file that was altered is one finding
        same = (one.kind, one.file, "" if one.kind in _BYTES else one.sentence)
        if same not in seen:
            seen.add(same)
            yield one
