"""The words of the audit log, which are the program's own, in the reader's language."""

from collections.abc import Mapping

from geo.words import Words, _
from webmap.desk.people import ROLES

WORDS: Mapping[str, str] = {
    # what was done
    "write": _("escribió"),
    "read": _("leyó"),
    "withdraw": _("retiró"),
    "forget": _("olvidó"),
    "search": _("buscó"),
    "list": _("vio la lista:"),
    "request": _("pidió que salga:"),
    "approve": _("aprobó"),
    "approved": _("aprobó"),
    "returned": _("devolvió"),
    "publish": _("publicó"),
    "export": _("sacó"),
    "backup": _("hizo un respaldo"),
    "restore": _("restauró un respaldo"),
    "purge": _("borró lo retirado"),
    "rotate": _("cambió"),
    "change": _("cambió"),
    "entry": _("entrada"),
    "refused": _("rechazada"),
    "leave": _("salió"),
    "lock": _("cerró el registro"),
    "unlock": _("abrió el candado"),
    "proof": _("confirmó con un código"),
    # to what
    "event": _("incidente"),
    "events": _("incidentes"),
    "act": _("hecho"),
    "involvement": _("participación"),
    "source": _("fuente"),
    "intervention": _("gestión"),
    "subject": _("persona o grupo"),
    "subjects": _("personas y grupos"),
    "community": _("comunidad"),
    "communities": _("comunidades"),
    "consent": _("consentimiento"),
    "review": _("revisión"),
    "attachment": _("archivo adjunto"),
    "field": _("datos de campo"),
    "approval": _("aprobación"),
    "boxes": _("paquetes cerrados"),
    "annex": _("anexo reservado"),
    "names": _("lista de nombres"),
    "desk": _("claves de la mesa"),
    "public": _("públicos"),
    "history": _("historia"),
    "of": _("de"),
    "again": _("otra vez"),
    "for": _("para"),
    "audit": _("bitácora"),
    "log": _("bitácora"),
    "report": _("informe"),
    "delays": _("demoras"),
    "coincidence": _("coincidencia"),
    "account": _("cuenta"),
    "accounts": _("cuentas"),
    "add": _("nueva"),
    "roles": _("tareas"),
    "open": _("abierta"),
    "close": _("cerrada"),
    "anew": _("acceso nuevo"),
    "password": _("contraseña"),
    "recovery": _("reserva"),
    "codes": _("códigos"),
    "code": _("código"),
    "key": _("claves"),
    "files": _("archivos"),
    "secrets": _("frases y archivos de clave"),
}
_ROLES: Mapping[str, str] = {role.value: label for role, label, _what in ROLES}


def said(deed: str, words: Words) -> str:
    """A deed, word by word; a word that is not of these, such as a digest, stays as it is."""
    return " ".join(_word(word, words) for word in deed.split())


def _word(word: str, words: Words) -> str:
    """A word, or several roles that hang together."""
    roles = word.split("-")
    if all(one in _ROLES for one in roles):
        return ", ".join(words.say(_ROLES[one]) for one in roles)
    return words.say(WORDS[word]) if word in WORDS else word
