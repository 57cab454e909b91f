"""The configuration of one gateway: read, checked as a whole, typed and frozen."""

from gateway.config.loading import Configuration, load_configuration, read_configuration
from gateway.config.secrets import Secret, Secrets, make_generated

__all__ = ["Configuration", "Secret", "Secrets", "load_configuration", "make_generated", "read_configuration"]
