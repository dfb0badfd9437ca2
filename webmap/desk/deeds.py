"""The words of the audit log, which are the program's own, in the reader's language."""

from collections.abc import Mapping

from geo.words import Words, _

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
    "audit": _("bitácora"),
    "account": _("cuenta"),
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


def said(deed: str, words: Words) -> str:
    """A deed, word by word; a word that is not of these, such as a digest, stays as it is."""
    return " ".join(words.say(WORDS[word]) if word in WORDS else word for word in deed.split())
