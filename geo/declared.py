"""data/*.toml as types. An unknown key, a wrong type or a date that is none is refused.

Pure: the text is read by `home` and handed in with the name of its file.
"""

import tomllib
from dataclasses import dataclass, field, is_dataclass
from typing import Any, TypeVar

import cattrs
from cattrs.gen import make_dict_structure_fn
from cattrs.v import format_exception

from geo.errors import DeclarationError, DeslindeError
from geo.terms import CrsBasis, Kind, Noun, Status, Tenure, Tier

T = TypeVar("T")


@dataclass(frozen=True)
class Way:
    """How the publisher gives the dataset out."""

    protocol: str
    address: str = ""
    quirks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rights:
    """What may be done with it.

    redistribute: whether its bytes may be passed on. names_people: whether any field of it, ours
    or not, may name a person; only where none can is a whole file handed to the public. harmless:
    fields that feed no column of ours and were seen to name nobody: a file with any other field is
    not the file that was looked at, and may name somebody.
    """

    licence: str
    redistribute: bool
    notice: str = ""
    notice_en: str = ""
    names_people: bool = True
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where its shapes lie.

    crs: what the publisher declares, used only when the file is silent; "" refuses.
    error_m: the 95 % horizontal error of a vertex, None where nobody knows it.
    sides: "file" when sides are straight in the file's CRS, "utm" when the legal
    boundary is straight in its UTM zone whatever the CRS in which it is served.
    """

    error_m: float | None = None
    crs: str = ""
    basis: CrsBasis = CrsBasis.DECLARED
    sides: str = "file"
    why: str = ""


@dataclass(frozen=True)
class Example:
    """A row worked by hand: `given` under their names becomes `becomes` under ours."""

    given: dict[str, Any]
    becomes: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A publisher's dataset as we declare it.

    fields: our column -> their field, or a list of fields of which the first filled is taken.
    `native_id = "@row"` numbers the rows of a publisher without ids (stable in one snapshot).
    constants: our column -> the same value for every row.
    status, tenure: their word -> ours; any other word is kept and becomes unknown.
    signature: fields by which a file of this source is recognised.
    """

    id: str
    title: str
    publisher: str
    noun: Noun
    way: Way
    rights: Rights
    place: Place
    fields: dict[str, str | tuple[str, ...]]
    title_en: str = ""
    tier: Tier = Tier.RESTRICTED
    illustrative: bool = False
    constants: dict[str, str] = field(default_factory=dict)
    status: dict[str, Status] = field(default_factory=dict)
    tenure: dict[str, Tenure] = field(default_factory=dict)
    kind: dict[str, Kind] = field(default_factory=dict)
    signature: tuple[str, ...] = ()
    layer: str = ""
    examples: tuple[Example, ...] = ()


def parse(text: str, kind: type[T], named: str) -> T:
    """The TOML in `text` as a `kind`. Raises DeclarationError naming file and key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{named}: no es TOML válido ({error}).") from error
    return structured(raw, kind, named)


def structured(raw: Any, kind: type[T], named: str) -> T:
    """Plain values, of TOML or JSON, as a `kind`. Raises DeclarationError naming file and key."""
    try:
        return _CONVERTER.structure(raw, kind)
    except cattrs.BaseValidationError as error:
        said = "; ".join(cattrs.transform_error(error, format_exception=_said))
        raise DeclarationError(f"{named}: {said}.") from error


def _said(error: BaseException, kind: type | None) -> str:
    return str(error) if isinstance(error, DeslindeError) else format_exception(error, kind)


def _strict(kind: type) -> Any:
    def check(value: Any, wanted: Any) -> Any:
        if wanted is not kind:  # a StrEnum is a str, so its words arrive here as well
            return wanted(value)
        if type(value) is kind or (kind is float and type(value) is int):
            return kind(value)
        raise ValueError(f"expected {kind.__name__}, found {value!r}")

    return check


def _field_names(value: Any, _: Any) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise ValueError(f"expected a field name or a list of field names, found {value!r}")


def _any_value(value: Any, _: Any) -> Any:
    return value


def _converter() -> cattrs.Converter:
    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for scalar in (str, int, float, bool):
        made.register_structure_hook(scalar, _strict(scalar))
    made.register_structure_hook_func(lambda kind: kind == str | tuple[str, ...], _field_names)
    made.register_structure_hook_func(lambda kind: kind is Any, _any_value)
    made.register_structure_hook_factory(
        is_dataclass,
        lambda kind: make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True),
    )
    return made


_CONVERTER = _converter()
