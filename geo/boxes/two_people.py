"""Nothing goes out on one person's word: two accounts say yes to exactly the same bytes.

A request holds what would go out, and its SHA-256. A yes counts only for that SHA-256, so what
two people saw is what goes out. Whoever asked may be one of the two, never both. A new request
takes the place of the one before it; one that was used or taken back loses its content. Who
asked, approved and took back stays in the audit log.
"""

import hashlib
import unicodedata
from base64 import b64decode, b64encode

from geo.errors import CustodyBroken, ReleaseRefused
from geo.register import agreement, audit, store
from geo.register.lists import Noun, Release
from geo.register.nouns import Approval, Request
from geo.register.store import Kept, Register, Writing

NEEDED = 2


def digest_of(content: bytes) -> str:
    """What a yes is bound to: the SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def request(
    txn: Writing, release: Release, content: bytes, note: str = "", *, event: str = ""
) -> str:
    """Asks that `content` may go out; gives the request's id.

    event: the incident that it is about, "" for none. An open request for the same thing is
    dropped with its approvals: two versions never wait side by side.
    """
    for older in waiting(txn, release, event=event):
        drop(txn, release, older.id, "supersede")
    asked = Request(
        release=release,
        by=txn.who,
        at=txn.at.isoformat(timespec="seconds"),
        digest=digest_of(content),
        content=b64encode(content).decode("ascii"),
        note=note,
    )
    made = store.put(txn, Noun.REQUEST, asked, event=event)
    store.note(txn, f"request {release} {asked.digest}", made)
    return made


def waiting(
    where: Register | Writing, release: Release, *, event: str | None = None
) -> list[Kept[Request]]:
    """The open requests of one kind; of one incident where it is named."""
    found = store.every(where, Noun.REQUEST, event=event)
    return [one for one in found if one.content.release is release]


def content_of(asked: Kept[Request]) -> bytes:
    """What would go out. Raises ReleaseRefused where it is not what its digest says."""
    content = b64decode(asked.content.content)
    if digest_of(content) != asked.content.digest:
        raise ReleaseRefused(
            "El contenido de esta solicitud no corresponde a su huella: prepare otra."
        )
    return content


def approve(txn: Writing, release: Release, asked: str, digest: str) -> None:
    """The yes of the account that writes, to what it has before its eyes.

    release: the kind that it reads; an id of another kind is refused, for each kind has its own
    checks. digest: of what was shown. Raises ReleaseRefused where the request is about something
    else by now, or was used or taken back. Saying yes twice is saying it once.
    """
    there = _there(txn, asked, release)
    content_of(there)
    if there.content.digest != digest:
        raise ReleaseRefused(
            "Lo que usted vio ya no es lo que se publicaría: abra la solicitud otra vez y revise."
        )
    if same_account(txn.who) in {same_account(name) for name in approvers(txn, asked)}:
        return
    said = Approval(asked, digest, txn.who, txn.at.isoformat(timespec="seconds"))
    store.put(txn, Noun.APPROVAL, said, event=there.event)
    store.note(txn, f"approve {there.content.release} {digest}", asked)


def approvers(where: Register | Writing, asked: str) -> tuple[str, ...]:
    """The accounts whose yes counts now, each once, the earliest first."""
    there = store.get(where, Noun.REQUEST, asked)
    if there is None:
        return ()
    said = [one.content for one in store.every(where, Noun.APPROVAL)]
    counted = (one for one in said if one.request == asked and one.digest == there.content.digest)
    named: dict[str, str] = {}
    for one in sorted(counted, key=lambda one: (one.at, one.by)):
        named.setdefault(same_account(one.by), one.by)
    return tuple(named.values())


def may_go(where: Register | Writing, release: Release, asked: str) -> Kept[Request]:
    """The request of this kind, where two people said yes to exactly its content.

    Raises ReleaseRefused, saying what is missing. Ask it in the transaction that lets it out.
    """
    there = _there(where, asked, release)
    content_of(there)
    said = approvers(where, asked)
    if len(said) < NEEDED:
        raise ReleaseRefused(
            f"Faltan aprobaciones: hay {len(said)} de {NEEDED}. Deben aprobar dos personas "
            "distintas, cada una con su cuenta, y una de ellas no puede ser quien preparó la "
            "solicitud."
        )
    return there


def check_custody(txn: Writing) -> None:
    """Raises ReleaseRefused where the rows are not those that the log tells of.

    Whoever writes in the database without a key can hide a veto or a withdrawal; then nothing
    goes out.
    """
    try:
        audit.verify(txn.connection, txn.register.opened.keys)
        agreement.check(txn.connection, txn.register.opened.keys)
    except CustodyBroken as error:
        raise ReleaseRefused(
            "No sale nada: alguien cambió el registro fuera del programa. Mire qué con «deslinde "
            "register audit» y restaure una copia de respaldo."
        ) from error


def drop(txn: Writing, release: Release, asked: str, why: str) -> None:
    """Ends a request: used, taken back or superseded. Its content and approvals go.

    release: its kind; an id of another kind is refused. why: one word for the audit log.
    """
    there = _there(txn, asked, release)
    for one in store.every(txn, Noun.APPROVAL):
        if one.content.request == asked:
            store.bury(txn, Noun.APPROVAL, one.id)
    store.bury(txn, Noun.REQUEST, asked)
    store.note(txn, f"{why} {there.content.release} {there.content.digest}", asked)


def _there(where: Register | Writing, asked: str, release: Release) -> Kept[Request]:
    there = store.get(where, Noun.REQUEST, asked)
    if there is None or there.content.release is not release:
        raise ReleaseRefused(
            "Esa solicitud ya no está abierta: se usó, se retiró o hay otra más nueva. Abra la "
            "lista y revise la que esté."
        )
    return there


def same_account(account: str) -> str:
    """An account's name for comparing: who types it in two ways is one person."""
    return unicodedata.normalize("NFKC", account).strip().casefold()
