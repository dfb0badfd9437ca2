"""How the command talks: progress on a terminal, silence in a pipe, one sentence for an error."""

import sys
from collections.abc import Callable, Sequence

import click

from geo.errors import DeslindeError

WRONG = 2


def say(message: str) -> None:
    """A line of progress, on a terminal only: in a pipe it would end up in somebody's log."""
    if sys.stderr.isatty():
        click.echo(f"… {message}", err=True)


def answer(group: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit code. What the user did wrong is one plain sentence and 2."""
    try:
        returned = group.main(args=arguments, prog_name="deslinde", standalone_mode=False)
    except DeslindeError as error:
        return _wrong(str(error))
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return WRONG
    except click.UsageError as error:
        return _wrong(_spanish(error))
    except click.ClickException as error:
        return _wrong(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return _wrong("Interrumpido; no se escribió nada a medias.", 130)
    except OSError as error:
        where = f" («{error.filename}»)" if error.filename else ""
        return _wrong(
            f"El sistema no permitió leer o escribir{where}: {error.strerror or error}. "
            "Revise el espacio, los permisos y la ruta."
        )
    return returned if isinstance(returned, int) else 0


def _wrong(sentence: str, code: int = WRONG) -> int:
    click.echo(f"deslinde: {sentence}", err=True)
    return code


def _spanish(error: click.UsageError) -> str:
    """click's complaint as a sentence of ours. Its own words are English."""
    command = error.ctx.command_path if error.ctx else "deslinde"
    see = f"Vea «{command} --help»."
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return f"{sentence(error)} {see}"
    return f"Sobra o falta algo en la orden. {see}"


def _name_of(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Argument) and error.ctx:
        return error.param.make_metavar(error.ctx)
    return error.param.opts[-1] if error.param and error.param.opts else "?"


def _no_good(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    use = ""
    if isinstance(kind, click.Choice):
        use = f": use {', '.join(map(str, kind.choices))}"
    elif isinstance(kind, click.IntRange | click.FloatRange):
        low, high = kind.min, kind.max
        use = f": use un número desde {low:g}" + ("" if high is None else f" hasta {high:g}")
    return f"El valor de {_name_of(error)} no sirve{use}."


_SENTENCES: tuple[tuple[type[click.UsageError], Callable[..., str]], ...] = (
    (click.MissingParameter, lambda e: f"Falta {_name_of(e)}."),
    (click.exceptions.NoSuchCommand, lambda e: f"No existe la orden «{e.command_name}»."),
    (click.NoSuchOption, lambda e: f"No existe la opción {e.option_name}."),
    (click.BadOptionUsage, lambda e: f"La opción {e.option_name} está mal usada."),
    (click.BadParameter, _no_good),
)
