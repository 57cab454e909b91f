"""A country's registries in small: real HTTP on loopback, their own synthetic data, and ways to go wrong.

It shares nothing with the gateway that asks it: no mapping, no comparison, no rule. It knows its records and its wire
shapes, as a registry does.
"""

from gateway.sandbox.credentials import CREDENTIAL_NAMES, make_credentials
from gateway.sandbox.server import HOST, PORTS, Sandbox, run, start_sandbox
from gateway.sandbox.store import packaged_data
from gateway.sandbox.switches import SWITCHES

__all__ = ["CREDENTIAL_NAMES", "HOST", "PORTS", "SWITCHES", "Sandbox", "make_credentials", "packaged_data", "run",
           "start_sandbox"]  # fmt: skip
