"""What the command line does: one module a command or a group of commands, each function gives an exit status.

A command gets a `Terminal` (what people and programs see), a `Place` (configuration and state folder) and its own
arguments; it raises `GatewayError` for what the person must hear, which the top level prints.
"""

from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, error_document

__all__ = ["Place", "Terminal", "error_document"]
