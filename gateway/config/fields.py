"""The kinds of values that configuration files hold, as pydantic types with errors of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, LiteralString

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictInt, ValidationInfo
from pydantic_core import PydanticCustomError

from gateway.config import units
from gateway.errors import Words

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class WrittenInt(int):
    """A whole number that still knows how it was written; where a code is expected, the writing counts."""

    raw: str


class WrittenFloat(float):
    """A number with a fraction or exponent that still knows how it was written."""

    raw: str


class Part(BaseModel):
    """Base of all parts of a configuration file: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(Part):
    """A text for people in both languages."""

    zh: Text
    en: Text


def refuse(code: LiteralString, at: str = "", shift: int = 0, **values: Any) -> PydanticCustomError:
    """An error with one of our codes.

    Args:
        code: a key of the table of codes.
        at: the key, below the place where it is raised, that is to blame; the place itself where empty.
        shift: the character of the value that is to blame, counted from 0.
        values: what the code's texts name in braces.
    """
    return PydanticCustomError(code, code, {"values": values, "at": at, "shift": shift})


def one_or_many(value: Any) -> Any:
    """A list where a single item is enough."""
    return value if isinstance(value, list | tuple) else [value]


def written(value: Any) -> str | None:
    """A plain scalar as it is written; None for maps and lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, WrittenInt | WrittenFloat):
        return value.raw
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def form(pattern: str, kind_en: str, kind_zh: str, example: str) -> AfterValidator:
    """A text of one shape; the example stands in the advice."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise refuse("configuration.bad_form", value=value, kind=Words(kind_en, kind_zh), example=example)
        return value

    return AfterValidator(check)


def code_text(value: Any) -> Any:
    """Where a code is expected, a scalar counts as it is written; anything else stays for the type to refuse."""
    found = written(value)
    return value if found is None else found


def _unit(parse: Callable[[str], Any], code: LiteralString) -> BeforeValidator:
    def read(value: Any) -> Any:
        found = written(value)
        if found is None:
            raise refuse(code, value="…")
        try:
            return parse(found)
        except ValueError:
            raise refuse(code, value=found) from None

    return BeforeValidator(read)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise refuse("configuration.bad_value", reason=Words("it may not be empty", "不能为空"), expected="")
    return value


def _environment(value: Any, info: ValidationInfo) -> Any:
    """Put variables of the environment in; only fields of this type do so, mappings and catalogs never."""
    if not isinstance(value, str) or "${" not in value:
        return value
    environment: Mapping[str, str] = (info.context or {}).get("environment", {})

    def variable(match: re.Match[str]) -> str:
        found = environment.get(match.group(1))
        if found is None:
            found = match.group(2)
        if found is None:
            raise refuse("configuration.environment", variable=match.group(1))
        return found

    return _VARIABLE.sub(variable, value)


def _environment_int(value: Any, info: ValidationInfo) -> Any:
    found = _environment(value, info)
    return int(found) if isinstance(found, str) and found != value and re.fullmatch(r"[0-9]{1,9}", found) else found


Text = Annotated[str, AfterValidator(_not_blank)]
"""Text that is not blank."""
Code = Annotated[str, BeforeValidator(code_text), AfterValidator(_not_blank)]
"""A code: a scalar as it is written, quoted or not."""
Name = Annotated[str, form(r"[a-z][a-z0-9-]*", "a name", "名称", "population-hub")]
"""Lower-case words joined by hyphens: names of registries, callers, grants."""
SecretName = Annotated[str, form(r"[a-z0-9_]+(\.[a-z0-9_]+)*", "a name of a secret", "密钥名称", "gk.user")]
EnvText = Annotated[str, BeforeValidator(_environment), AfterValidator(_not_blank)]
"""Text in which `${NAME}` and `${NAME:-default}` are replaced."""
EnvInt = Annotated[StrictInt, BeforeValidator(_environment_int)]
"""A whole number that may also come from the environment."""
Url = Annotated[EnvText, form(r"https?://[^\s/?#]+[^\s]*", "a URL", "网址", "https://registry.example/api")]
Duration = Annotated[float, _unit(units.duration, "configuration.bad_duration")]
"""Seconds."""
Size = Annotated[int, _unit(units.size, "configuration.bad_size")]
"""Bytes."""
RateLimit = Annotated[units.Rate, _unit(units.rate, "configuration.bad_rate")]
Day = Annotated[date, _unit(units.day, "configuration.bad_date")]
Hours = Annotated[units.Span | None, _unit(units.span, "configuration.bad_hours")]
"""Opening hours; None is closed."""
Flag = StrictBool
Count = StrictInt

Title.model_rebuild()
