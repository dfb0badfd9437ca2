"""Incidents, their order in time, what justice did, and how it is known."""

from collections.abc import Iterator

from geo.evidence.annex.blocks import Align, Head, Paragraph, Section, Table, Tone
from geo.evidence.reserved.saying import dated, listed, shown_place
from geo.reserved import Reserved, Told
from geo.words import Words


def incidents(content: Reserved, words: Words) -> Section:
    """One row for each incident: when, where, what, to whom, by what kind of actor."""
    say = words.say
    heads = (
        (
            Head(say("N°"), 3),
            Head(say("Cuándo"), 6),
            Head(say("Dónde"), 11),
            Head(say("Qué"), 16),
            Head(say("Daño"), 6),
        ),
        (
            Head(say("A quién"), 9),
            Head(say("Quién lo habría hecho"), 12),
            Head(say("Cargos"), 10),
            Head(say("Comprobación"), 8),
        ),
    )
    rows = tuple(
        (
            one.number,
            _span(one, words),
            shown_place(one, words),
            listed(one.kinds, words),
            listed(one.harms, words),
            ", ".join((*one.people, *one.communities)) or say("no se registró"),
            "; ".join(
                f"{doer.kind.said(words.language)} ({doer.sure.said(words.language)})"
                for doer in one.doers
            )
            or say("no se registró"),
            listed(one.charges, words, say("ninguno registrado")),
            one.verification.said(words.language),
        )
        for one in content.incidents
    )
    return Section(
        say("Cuadro de hechos"),
        (
            Table(
                heads,
                rows,
                (
                    say(
                        "Cuándo: el mes, o el año donde no se sabe el mes. Dónde: el distrito, o "
                        "lo más fino que se sabe. Quién lo habría hecho: una clase de actor, "
                        "nunca un nombre."
                    ),
                ),
                small=True,
            ),
        ),
        landscape=True,
    )


def chronology(content: Reserved, words: Words) -> Section:
    """Incidents, requests, answers and steps in one line of time; the undated stand last."""
    say = words.say
    entries = sorted(_entries(content, words), key=lambda entry: (entry[0] == "", entry[0]))
    rows = tuple((dated(on, words), number, what, who) for on, number, what, who in entries)
    return Section(
        say("Cronología"),
        (
            Table(
                (
                    (
                        Head(say("Fecha"), 6),
                        Head(say("Hecho"), 3),
                        Head(say("Qué ocurrió, qué se pidió, qué se respondió"), 20),
                        Head(say("Referencias"), 8),
                    ),
                ),
                rows,
                small=True,
            ),
        ),
    )


def justice(content: Reserved, words: Words) -> Section | None:
    """The steps of every case, since outcomes reverse; None where there is none."""
    say = words.say
    rows = tuple(
        (one.number, dated(stage.on, words), stage.stage.said(words.language))
        for one in content.incidents
        for stage in one.case
    )
    if not rows:
        return None
    return Section(
        say("Trámite judicial o fiscal"),
        (
            Table(
                (
                    (
                        Head(say("Hecho"), 3),
                        Head(say("Fecha"), 7),
                        Head(say("Etapa"), 20),
                    ),
                ),
                rows,
                (
                    say(
                        "Los números de expediente no van aquí, porque identifican: los entrega la "
                        "organización."
                    ),
                ),
            ),
        ),
        new_page=False,
    )


def sources(content: Reserved, words: Words) -> Section:
    """How each incident is known: the kind of source and how far it can be relied on."""
    say = words.say
    rows = tuple(
        (
            one.number,
            known.kind.said(words.language),
            known.reliability.said(words.language) if known.reliability else say("no se registró"),
            dated(known.told, words),
        )
        for one in content.incidents
        for known in one.known
    )
    lacking = [one.number for one in content.incidents if not one.known]
    blocks: list[Paragraph | Table] = []
    if rows:
        blocks.append(
            Table(
                (
                    (
                        Head(say("Hecho"), 3),
                        Head(say("Fuente"), 10),
                        Head(say("Fiabilidad"), 8),
                        Head(say("Contado en"), 7, Align.LEFT),
                    ),
                ),
                rows,
                (say("No se da quién contó ni cómo contactarle."),),
            )
        )
    if lacking:
        blocks.append(
            Paragraph(say("Sin fuente registrada: {listed}.", listed=", ".join(lacking)), Tone.NOTE)
        )
    return Section(say("Cómo se sabe"), tuple(blocks), new_page=False)


def _span(one: Told, words: Words) -> str:
    if one.ended and one.ended != one.began:
        return words.say(
            "de {first} a {last}", first=dated(one.began, words), last=dated(one.ended, words)
        )
    return dated(one.began, words)


def _entries(content: Reserved, words: Words) -> Iterator[tuple[str, str, str, str]]:
    """Date, number, sentence, references."""
    say, language = words.say, words.language
    for one in content.incidents:
        where = shown_place(one, words)
        yield one.began, one.number, f"{listed(one.kinds, words)} ({where})", ", ".join(one.people)
        for asked in one.asked:
            measure, people = asked.measure.said(language), ", ".join(asked.people)
            told = {step.on for step in asked.steps}
            # a step that is recorded says it already
            if asked.requested_on not in told:
                sentence = say("Se pidió: {measure}", measure=measure)
                yield asked.requested_on, one.number, sentence, people
            if asked.answered_on and asked.answered_on not in told:
                sentence = say("Respuesta a: {measure}", measure=measure)
                yield asked.answered_on, one.number, sentence, people
            for step in asked.steps:
                yield step.on, one.number, f"{measure}: {step.stage.said(language)}", people
        for step in one.case:
            sentence = say("Causa: {stage}", stage=step.stage.said(language))
            yield step.on, one.number, sentence, ""
