"""`shuqiao version`: what runs here."""

from __future__ import annotations

import platform

from gateway import __version__
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal
from gateway.model.outcomes import ExitStatus


def run(terminal: Terminal, place: Place, json: bool = False) -> int:
    """Print the release, and the Python that carries it."""
    if json:
        terminal.document({"version": __version__, "python": platform.python_version()})
    else:
        terminal.show(f"shuqiao {__version__} (Python {platform.python_version()})")
    return ExitStatus.FINE
