"""Consent, as a steward records it: who said what, for whom, for what, until when.

Words are added and never changed; the last one counts.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from geo.boxes import annexes
from geo.errors import RecordUnknown
from geo.register import checks, consent, store, wordings
from geo.register.dossier import Dossier, communities_named, subjects_named
from geo.register.lists import ConsentWord, Noun, Told
from geo.register.nouns import Consent
from geo.register.store import Kept
from geo.terms import Audience
from geo.words import Words, _
from webmap.desk import access, forms, labels
from webmap.desk.desk import Desk, Permissions
from webmap.desk.typed import Fault, Faults, Typed, cleaned, date, line, one_of, text

PERMISSIONS: Permissions = {
    "consents_incident": {"GET": access.STEWARDS, "POST": access.STEWARDS},
    "consents_one": {"GET": access.STEWARDS, "POST": access.STEWARDS},
}

_AUDIENCES = {one.value: one for one in Audience}
_WORDS = {one.value: one for one in ConsentWord}
_FIELDS = {"said_on": "said", "until_on": "until"}
_THIS, _ALL = "this", "all"


def register(app: Flask, desk: Desk) -> None:
    """Adds the pages."""

    @app.route("/<language:language>/incidentes/<event>/permisos", methods=["GET", "POST"])
    def consents_incident(event: str) -> ResponseReturnValue:
        found = access.stewarded(desk, event, "read consent of event")
        return _of_incident(desk, found)

    @app.route("/<language:language>/permisos/<whose>", methods=["GET", "POST"])
    def consents_one(whose: str) -> ResponseReturnValue:
        noun, kept = _subject_or_community(desk, whose)
        access.note(desk, f"read consent of {noun}", whose)
        return _of_one(desk, kept)


def standing(desk: Desk, found: Dossier) -> list[dict[str, Any]]:
    """For each audience whether it may see the incident today, and what keeps it closed."""
    words, names = desk.words(), {**called(found), **_no_longer(desk, found)}
    made = []
    for audience in Audience:
        lacks = consent.lacks(found, audience, "", access.today(desk))
        made.append(
            {
                "audience": labels.said(words, audience).capitalize(),
                "open": not lacks,
                "answer": _answer(words, found, audience, access.today(desk)),
                "lacks": [
                    f"{names.get(lack.of, words.say(_('retirado del registro')))}: "
                    f"{labels.said(words, lack.why)}"
                    if lack.of
                    else labels.said(words, lack.why).capitalize()
                    for lack in lacks
                ],
            }
        )
    return made


def called(found: Dossier) -> dict[str, str]:
    """Subjects and communities by their reference."""
    names = {row.id: row.content.reference for row in found.subjects.values()}
    return names | {row.id: row.content.reference for row in found.communities.values()}


def _no_longer(desk: Desk, found: Dossier) -> dict[str, str]:
    """Who said something that counts here and is not named here any more, by their reference."""
    spoke = {word.content.of for word in (*found.consents, *found.earlier_words)}
    named = {*subjects_named(found), *communities_named(found)}
    label = _("{reference} (ya no se nombra en este hecho)")
    return {
        row: desk.words().say(label, reference=kept.content.reference)
        for row in sorted(spoke - named)
        for noun in (Noun.SUBJECT, Noun.COMMUNITY)
        if (kept := store.get(desk.register, noun, row)) is not None
    }


def _answer(words: Words, found: Dossier, audience: Audience, on: str) -> str:
    allowed = consent.allows(found, audience, "", on)
    if allowed is Told.YES:
        return words.say(_("sí, hoy sí."))
    if allowed is Told.NO:
        return words.say(_("no."))
    return words.say(_("no, todavía falta preguntar."))


def _of_incident(desk: Desk, found: Dossier) -> ResponseReturnValue:
    no_longer = _no_longer(desk, found)
    names = {**called(found), **no_longer}
    speakers = [one for one in (*subjects_named(found), *communities_named(found)) if one in names]
    speakers += no_longer  # whoever vetoed can take it back
    words = desk.words()
    options = [(one, names[one]) for one in speakers]
    event = found.event.id
    typed, faults = _asked(desk, event, dict(options))
    if request.method == "POST" and not faults:
        return redirect(url_for("consents_incident", event=event), 303)
    return render_template(
        "desk/consents.html",
        f=forms.form(typed, faults, words),
        heading=words.say(
            _("Permisos de «{title}»"),
            title=found.event.content.title or words.say(_("Hecho sin nombre")),
        ),
        action=url_for("consents_incident", event=event),
        event=event,
        whose=options,
        standing=standing(desk, found),
        said=_told(desk, (*found.consents, *found.earlier_words), names),
        one="",
        wordings_due=wordings.is_due(desk.register, found),
        **_choices(words),
    )


def _of_one(desk: Desk, kept: Kept[Any]) -> ResponseReturnValue:
    words, reference = desk.words(), kept.content.reference
    typed, faults = _asked(desk, "", {kept.id: reference})
    if request.method == "POST" and not faults:
        return redirect(url_for("consents_one", whose=kept.id), 303)
    every = [one for one in store.every(desk.register, Noun.CONSENT) if one.content.of == kept.id]
    return render_template(
        "desk/consents.html",
        f=forms.form(typed, faults, words),
        heading=words.say(_("Permisos de {reference}"), reference=reference),
        action=url_for("consents_one", whose=kept.id),
        event="",
        whose=[(kept.id, reference)],
        standing=[],
        said=_told(desk, every, {kept.id: reference}),
        one=kept.id,
        noun=kept.noun.value,
        **_choices(words),
    )


def _choices(words: Words) -> dict[str, Any]:
    return {
        "audiences": [(c, labels.said(words, one).capitalize()) for c, one in _AUDIENCES.items()],
        "words_said": [(c, labels.said(words, one).capitalize()) for c, one in _WORDS.items()],
    }


def _asked(desk: Desk, event: str, speakers: dict[str, str]) -> tuple[Typed, Faults]:
    """What was typed, recorded where it is whole."""
    faults = Faults()
    if request.method == "GET":
        only = next(iter(speakers)) if len(speakers) == 1 else ""
        return MultiDict({"of": only, "about": _THIS if event else _ALL}), faults
    typed = cleaned(request.form)
    about = typed.get("about", _THIS if event else _ALL)
    word = one_of(typed, "word", _WORDS, faults)
    audience = one_of(typed, "audience", _AUDIENCES, faults)
    if not typed.get("of"):
        faults.add("of", _("Elija quién lo dijo."))
    if not word:
        faults.add("word", _("Elija qué dijo."))
    if not audience and word != ConsentWord.VETO.value:
        faults.add("audience", _("Elija para quién."))
    said = Consent(
        of=one_of(typed, "of", speakers, faults),
        audience=_AUDIENCES.get(audience, Audience.BOXES),
        word=_WORDS.get(word, ConsentWord.REFUSED),
        purpose=line(typed, "purpose", faults),
        event=event if about == _THIS else "",
        said_on=date(typed, "said", faults),
        until_on=date(typed, "until", faults),
        how=text(typed, "how", faults),
    )
    if not said.how and not faults:
        faults.add("how", _("Diga cómo lo dijo: en persona, por escrito, en una asamblea."))
    against = checks.Known(desk.vocabulary, desk.places, access.today(desk))
    for fault in checks.faults(said, against):
        faults.setdefault(
            _FIELDS.get(fault.field, fault.field), Fault(fault.sentence, fault.values)
        )
    if not faults:
        with store.writing(desk.register, desk.account(), desk.home.now()) as txn:
            consent.record(txn, said)
            annexes.drop_closed(txn, desk.places, desk.vocabulary)
        flash(_("Quedó anotado."))
    return typed, faults


def _told(desk: Desk, said: Iterable[Kept[Consent]], names: dict[str, str]) -> list[dict[str, str]]:
    """Every word, the newest first."""
    words = desk.words()
    gone = words.say(_("retirado del registro"))
    ordered = sorted(said, key=lambda one: (one.content.said_on or one.written_on, one.id))
    return [
        {
            "who": names.get(one.content.of, gone),
            "word": labels.said(words, one.content.word),
            "audience": labels.said(words, one.content.audience),
            "about": words.say(_("este hecho")) if one.content.event else words.say(_("todo")),
            "on": words.date(one.content.said_on or one.written_on),
            "until": words.date(one.content.until_on) if one.content.until_on else "",
            "purpose": one.content.purpose,
            "how": one.content.how,
        }
        for one in reversed(ordered)
    ]


def _subject_or_community(desk: Desk, row: str) -> tuple[Noun, Kept[Any]]:
    for noun in (Noun.SUBJECT, Noun.COMMUNITY):
        found = store.get(desk.register, noun, row)
        if found is not None:
            return noun, found
    raise RecordUnknown("No hay tal referencia.")
