"""The only wiring: from a configuration folder to an open gateway. No globals; clock and randomness are injected."""

from gateway.assembly.gateway import Gateway
from gateway.assembly.opening import open_gateway, open_log_only
from gateway.assembly.release import Release, read_release
from gateway.assembly.world import World

__all__ = ["Gateway", "Release", "World", "open_gateway", "open_log_only", "read_release"]
