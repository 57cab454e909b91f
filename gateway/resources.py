"""Where the files beside the code are found: schemas, mappings and the example configuration.

In a checkout they stand beside the package; in an installed wheel they are data of the package. A checkout is
recognised by its `pyproject.toml`, so that a stranger's `schemas` folder in site-packages is never taken for ours.
"""

from __future__ import annotations

from pathlib import Path

from gateway.errors import GatewayError

_PACKAGE = Path(__file__).resolve().parent


def schemas_dir() -> Path:
    """The folder of the shared documents; raises `configuration.file_missing`."""
    return _folder("schemas")


def mappings_dir() -> Path:
    """The folder of the shipped mappings; raises `configuration.file_missing`."""
    return _folder("mappings")


def config_dir() -> Path:
    """The folder of the example configuration; raises `configuration.file_missing`."""
    return _folder("config")


def _folder(name: str, package: Path = _PACKAGE) -> Path:
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    installed = package / "_data" / name
    if installed.is_dir():
        return installed
    raise GatewayError("configuration.file_missing", path=str(installed), hint="install the product again")
