"""Secrets: where they come from, and values that never print themselves."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gateway.errors import GatewayError

SANDBOX_SECRETS = (
    "gk.user", "gk.password", "hub.app_id", "hub.app_secret", "realty.key", "legal.key", "credit.key", "tianditu.key",
)  # fmt: skip
"""What the sandbox's registries ask for; made at first start while a sandbox is configured."""

_NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_MAX_BYTES = 64 * 1024


class Secret:
    """One secret value; only `reveal` gives it away, so that no log and no trace does by accident."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    def __str__(self) -> str:
        return "********"


class Secrets:
    """Secrets by name, from three places in this order: environment, secrets folder, generated ones.

    Args:
        environment: `SHUQIAO_SECRET_GK_USER` holds `gk.user`.
        folder: one file a secret, named as the secret; None where there is no such folder.
        generated: files of the same kind that this gateway made for its own sandbox; None where there is none.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path | None, generated: Path | None = None) -> None:
        self._environment = environment
        self._folders = tuple(place for place in (folder, generated) if place is not None)

    def value(self, name: str) -> Secret:
        """One secret.

        Raises:
            GatewayError: `secret.missing`, `secret.bad_name`, `secret.open_to_others`, `secret.unreadable`.
        """
        _check_name(name)
        found = self._environment.get(variable(name))
        if found:
            return Secret(name, found)
        for folder in self._folders:
            path = folder / name
            if path.is_file():
                return Secret(name, _read(path, name))
        raise GatewayError("secret.missing", name=name, variable=variable(name))

    def has(self, name: str) -> bool:
        """Whether the secret is configured, readable or not."""
        return bool(self._environment.get(variable(name))) or any((place / name).is_file() for place in self._folders)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.has(name)

    def names(self) -> tuple[str, ...]:
        """The names that have a file; variables can't be turned back into names and are not listed."""
        found = {path.name for place in self._folders if place.is_dir() for path in place.iterdir() if path.is_file()}
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))


def variable(name: str) -> str:
    """The environment variable of a secret: `gk.user` → `SHUQIAO_SECRET_GK_USER`."""
    return "SHUQIAO_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def make_generated(folder: Path, names: Iterable[str], random_bytes: Callable[[int], bytes]) -> tuple[str, ...]:
    """Make the secrets that are not there yet: 24 random bytes each, as hex, in files with mode 0600.

    Returns:
        The names that were made now, sorted; an existing file is never touched.

    Raises:
        GatewayError: `secret.bad_name`, `secret.unreadable`.
    """
    made = []
    for name in sorted(set(names)):
        _check_name(name)
        path = folder / name
        try:
            if not path.exists() and _write_new(path, random_bytes(24).hex()):
                made.append(name)
        except OSError as error:
            raise GatewayError("secret.unreadable", name=name, reason=error.strerror or str(error)) from error
    return tuple(made)


def _write_new(path: Path, text: str) -> bool:
    """Put a whole file in place at once, so that a second process never reads half a secret; False if it was there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise GatewayError("secret.bad_name", name=name)


def _read(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise GatewayError("secret.unreadable", name=name, reason=error.strerror or str(error)) from error
    if os.name == "posix" and mode & 0o077:
        raise GatewayError("secret.open_to_others", path=str(path), mode=f"{mode:04o}")
    if len(data) > _MAX_BYTES:
        raise GatewayError("secret.unreadable", name=name, reason=f"larger than {_MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise GatewayError("secret.unreadable", name=name, reason="not UTF-8") from error
    if not text:
        raise GatewayError("secret.unreadable", name=name, reason="empty")
    return text
