"""The signatures and time stamps of a bundle: those beside `data/`, and those of its captures."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from geo.errors import StampFailed
from geo.evidence import layout
from geo.evidence.findings import Finding, Kind
from geo.evidence.signing.sign import SIGNED, TOKEN, detached_name, public_name
from geo.evidence.signing.signatures import (
    UNASKED,
    Signer,
    check_detached,
    check_pdf,
)
from geo.evidence.signing.stamps import Stamp, check_token
from geo.evidence.signing.trust import Trust
from geo.evidence.unpack import HASHES, PAYLOAD, Bundle

_PDF = f"{PAYLOAD}{layout.PDF}"
_STAMPS = f"{PAYLOAD}{layout.STAMPS}"


@dataclass(frozen=True)
class Trusted:
    """Whom the reader trusts to sign, and to say what time it was. now: the reader's clock."""

    signers: Trust
    authorities: Trust
    now: datetime


@dataclass
class Signed:
    """What was found: findings, and sentences of what holds and of what was not asked."""

    findings: list[Finding] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    known: int = 0  # signatures of those whom the reader named
    stamped: int = 0  # time stamps of authorities whom the reader named

    def signer(self, file: str, one: Signer) -> None:
        """What one signature says."""
        for fault in one.faults:
            self.findings.append(Finding(Kind.SIGNATURE, file, f"«{file}»: {fault}"))
        if one.faults:
            return
        self.known += one.trusted is True
        if one.trusted is False:
            self.findings.append(Finding(Kind.SIGNATURE, file, f"«{file}»: {one.why}"))
        stamped = "" if one.stamp is None else f", sellada el {_when(one.stamp.at)}"
        known = f" ({UNASKED})" if one.trusted is None else ""
        self.holds.append(f"«{file}»: la firma de «{one.by}» se cumple{stamped}{known}.")
        if one.trusted is None:
            self.unasked.append(
                f"Quién es «{one.by}»: nadie lo dijo; indique sus certificados con --signer."
            )
        if one.stamp is not None:
            self.stamp(file, one.stamp, told=True)

    def stamp(self, file: str, one: Stamp, *, told: bool = False) -> None:
        """What one time stamp says."""
        self.stamped += one.trusted is True
        if one.trusted is False:
            self.findings.append(Finding(Kind.STAMP, file, f"«{file}»: {one.why}"))
        if not told:
            self.holds.append(
                f"«{file}»: el sello de tiempo de «{one.by}» se cumple; dice {_when(one.at)}."
            )
        if one.trusted is None:
            self.unasked.append(
                f"Quién es la autoridad «{one.by}»: indique sus certificados con --trusted."
            )


def check(bundle: Bundle, original: bytes | None, trusted: Trusted) -> Signed:
    """Everything beside `data/`, and a PDF of `data/` that was signed in its place.

    original: the unsigned bytes of the annex, None where they are not there.
    """
    made = Signed()
    named = set(bundle.below(layout.SIGNATURES))
    pdfs = [SIGNED] if SIGNED in named else []
    if original is not None and bundle.sizes.get(_PDF, 0) > len(original):
        pdfs.append(_PDF)
    for file in pdfs if original is not None else []:
        _pdf(made, file, original or b"", bundle.read(file), trusted)
    if TOKEN in named:
        _token(made, TOKEN, bundle, hashlib.sha256(_hashes(bundle)).hexdigest(), trusted)
    keys = _detached(made, bundle, named, trusted)
    for file in sorted(named - {SIGNED, TOKEN} - keys):
        made.findings.append(
            Finding(Kind.ADDED, file, f"«{file}» está de más: no es una firma ni un sello.")
        )
    if not pdfs and not keys:
        made.unasked.append(
            "Firmas: no hay ninguna. Sin firma, sin sello y sin la huella del paquete recibida "
            "por otra vía, quien rehaga el paquete entero puede rehacer también sus listas."
        )
    elif not pdfs:
        made.unasked.append("Firma del anexo: no hay.")
    if TOKEN not in named:
        made.unasked.append("Sello de tiempo del paquete: no hay.")
    return made


def check_captures(
    bundle: Bundle, captures: Iterable[Mapping[str, Any]], trusted: Trusted
) -> Signed:
    """The time stamps of the files that were received."""
    made = Signed()
    stamped: dict[str, bool] = {}
    for one in captures:
        sha256 = str(one["sha256"])
        stamped[sha256] = stamped.get(sha256, False) or bool(one.get("stamp"))
    by_name = {f"{_STAMPS}/{sha256[:12]}.tsr": sha256 for sha256 in stamped}
    there = bundle.below(_STAMPS)
    for file in there:
        if file in by_name:
            _token(made, file, bundle, by_name[file], trusted)
        else:
            made.findings.append(
                Finding(Kind.ADDED, file, f"«{file}» no es el sello de ningún archivo recibido.")
            )
    for file, sha256 in by_name.items():
        if file not in there and stamped[sha256]:
            made.findings.append(
                Finding(Kind.MISSING, file, f"Falta «{file}», el sello de un archivo recibido.")
            )
    without = sum(file not in there for file in by_name)
    if without:
        made.unasked.append(
            f"Cuándo se recibieron {without} de los {len(by_name)} archivos: no llevan sello de "
            "tiempo; la fecha es la que dijo el equipo que los guardó."
        )
    return made


def asked_for(parts: Iterable[Signed], trusted: Trusted) -> Iterator[Finding]:
    """Whoever names a signer or an authority asks for them: taking a signature out is no way in."""
    found = tuple(parts)
    if trusted.signers and not sum(one.known for one in found):
        yield Finding(
            Kind.SIGNATURE, "", "Ninguna firma del paquete es de quienes usted indicó con --signer."
        )
    if trusted.authorities and not sum(one.stamped for one in found):
        yield Finding(
            Kind.STAMP,
            "",
            "Ningún sello de tiempo del paquete es de las autoridades que usted indicó con "
            "--trusted.",
        )


def _pdf(made: Signed, file: str, original: bytes, content: bytes, trusted: Trusted) -> None:
    found = check_pdf(
        original,
        content,
        now=trusted.now,
        signers=trusted.signers,
        authorities=trusted.authorities,
    )
    of_signers = {fault for one in found.signers for fault in one.faults}
    for fault in found.faults:
        if fault not in of_signers:
            made.findings.append(Finding(Kind.SIGNATURE, file, f"«{file}»: {fault}"))
    for one in found.signers:
        made.signer(file, one)


def _token(made: Signed, file: str, bundle: Bundle, sha256: str, trusted: Trusted) -> None:
    try:
        made.stamp(file, check_token(bundle.read(file), sha256, trusted.authorities))
    except StampFailed as error:
        made.findings.append(Finding(Kind.STAMP, file, f"«{file}»: {error}"))


def _detached(made: Signed, bundle: Bundle, named: set[str], trusted: Trusted) -> set[str]:
    """The Ed25519 signatures over the list of hashes; gives the files that belong to one."""
    seen: set[str] = set()
    for file in sorted(named):
        by = PurePosixPath(file).name.removesuffix(".ed25519").rpartition(".")[2]
        if file != detached_name(by):
            continue
        public = public_name(by)
        seen |= {file, public} & named
        if public not in named:
            made.findings.append(
                Finding(Kind.MISSING, public, f"Falta «{public}», la clave pública de «{file}».")
            )
            continue
        one = check_detached(
            _hashes(bundle), bundle.read(file), bundle.read(public), trusted.signers
        )
        if one.by and one.by != by:
            made.findings.append(
                Finding(Kind.SIGNATURE, public, f"«{public}» no es la clave que dice su nombre.")
            )
        made.signer(file, one)
    return seen


def _hashes(bundle: Bundle) -> bytes:
    return bundle.read(HASHES) if HASHES in bundle.sizes else b""


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
