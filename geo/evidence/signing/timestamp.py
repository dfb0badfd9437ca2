"""Time stamps (RFC 3161) from the authority that this installation names, and none other.

A stamp that does not come, does not hold or comes from nobody trusted is an error in one sentence:
whoever asked for one never goes on without it.
"""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

from asn1crypto import core, tsp
from pyhanko.sign.timestamps import TimeStamper

from geo.errors import SettingMissing, StampFailed
from geo.evidence.signing.stamps import Stamp, check_token, nonce_of
from geo.evidence.signing.trust import MALFORMED, Trust, read_trust
from geo.home import Home, private_folder, write_whole

SECONDS = 30
"""How long an authority may take, all in all."""

_LIMIT = 1 << 18  # an answer with a long chain is some 10 kB
_GRANTED = ("granted", "granted_with_mods")


@dataclass(frozen=True, eq=False)
class Authority:
    """A time stamping authority: where it answers, and the certificates its chain may end in."""

    address: str
    trusted: Trust
    seconds: float = SECONDS


def authority(home: Home) -> Authority | None:
    """The authority that this installation stamps with; None where none is configured.

    Raises SettingMissing where its file of certificates holds none.
    """
    if not home.tsa or home.tsa_certs is None:
        return None
    trusted = read_trust(home.tsa_certs)
    if not trusted.certificates:
        raise SettingMissing(
            f"DESLINDE_TSA_CERTS señala «{home.tsa_certs.name}», que no trae ningún certificado."
        )
    return Authority(home.tsa, trusted)


def stamp(sha256: str, tsa: Authority) -> bytes:
    """The authority's whole answer over a SHA-256 (hexadecimal): what a .tsr file holds.

    Asked with a fresh number and for the certificates; checked before it is given back. Raises
    StampFailed.
    """
    stamper = TimeStamper()  # type: ignore[no-untyped-call]
    number, request = stamper.request_cms(bytes.fromhex(sha256), "sha256")  # type: ignore[no-untyped-call]
    answer = _asked(request.dump(), tsa)
    _check_granted(answer)
    found = check_token(answer, sha256, tsa.trusted)
    if nonce_of(answer) != number:
        raise StampFailed(
            "El sello de tiempo responde a otro pedido (otro número): no se acepta uno repetido."
        )
    if not found.trusted:
        raise StampFailed(f"No se acepta el sello de tiempo. {found.why}")
    return answer


def capture(home: Home, sha256: str) -> Stamp | None:
    """The stamp of bytes as they come in, kept at `home.stamps/<sha256>.tsr`; None without a TSA.

    One that is there already and holds is kept, since the older one proves more. Raises StampFailed
    where there is an authority and no stamp to be had, or the one kept is of another authority.
    """
    tsa = authority(home)
    if tsa is None:
        return None
    path = home.stamps / f"{sha256}.tsr"
    kept = _kept(path.read_bytes(), sha256, tsa.trusted) if path.is_file() else None
    if kept is not None:
        if not kept.trusted:
            raise StampFailed(
                f"Estos bytes ya tienen un sello de tiempo de «{kept.by}», en quien "
                "DESLINDE_TSA_CERTS no confía: agregue ahí sus certificados."
            )
        return kept
    answer = stamp(sha256, tsa)
    private_folder(home.stamps)
    write_whole(path, answer)
    return check_token(answer, sha256, tsa.trusted)


def _kept(token: bytes, sha256: str, trusted: Trust) -> Stamp | None:
    try:
        return check_token(token, sha256, trusted)
    except StampFailed:
        return None


def _check_granted(answer: bytes) -> None:
    try:
        # a refusal carries no token, which the library's whole answer insists on
        said = tsp.PKIStatusInfo.load(core.Sequence.load(answer, strict=True)[0].dump())
        status = said["status"].native
        reasons = [*(said["status_string"].native or ()), *(said["fail_info"].native or ())]
    except MALFORMED as error:
        raise StampFailed(
            "La autoridad de sellado respondió algo que no es un sello de tiempo RFC 3161: revise "
            "la dirección en DESLINDE_TSA."
        ) from error
    if status not in _GRANTED:
        why = "; ".join(sorted(str(reason) for reason in reasons)) or str(status)
        shown = "".join(letter if letter.isprintable() else "�" for letter in why[:200])
        raise StampFailed(f"La autoridad de sellado rechazó el pedido ({shown}).")


def _asked(request: bytes, tsa: Authority) -> bytes:
    """The bytes that the authority answers: over its own address only, so many and no more."""
    sent = urllib.request.Request(  # noqa: S310 (geo.home takes http and https addresses only)
        tsa.address,
        data=request,
        headers={
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "User-Agent": "deslinde",
        },
        method="POST",
    )
    until = time.monotonic() + tsa.seconds
    try:
        with _line().open(sent, timeout=tsa.seconds) as answer:
            return _read(answer, until)
    except urllib.error.HTTPError as error:
        error.close()
        if 300 <= error.code < 400:
            raise StampFailed(
                f"La autoridad de sellado remite a otra dirección (HTTP {error.code}), y no se "
                "sigue: ponga en DESLINDE_TSA la dirección definitiva."
            ) from error
        raise StampFailed(
            f"La autoridad de sellado respondió con un error (HTTP {error.code}): intente más "
            "tarde o revise DESLINDE_TSA."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        # URLError and the errors of a socket and of TLS are OSError
        raise StampFailed(
            "No se pudo hablar con la autoridad de sellado de tiempo: revise la conexión y "
            "DESLINDE_TSA, e intente otra vez."
        ) from error


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_LIMIT):
        parts.append(part)
        size += len(part)
        if size > _LIMIT:
            raise StampFailed(
                "La respuesta de la autoridad de sellado es demasiado grande para ser un sello de "
                "tiempo: revise DESLINDE_TSA."
            )
        if time.monotonic() > until:
            raise StampFailed(
                "La autoridad de sellado tarda demasiado en responder: intente más tarde."
            )
    if not parts:
        raise StampFailed(
            "La autoridad de sellado respondió sin contenido: revise DESLINDE_TSA o intente más "
            "tarde."
        )
    return b"".join(parts)


def _line() -> urllib.request.OpenerDirector:
    """An opener without proxies of the environment and without redirects."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
