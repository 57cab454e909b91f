"""The contract between the core and the protocols: encode (pure), send (the world), decode (pure), describe."""

from gateway.adapter.contract import Adapter, AdapterSettings, Interface, WsdlCorrection
from gateway.adapter.plugins import installed, load_adapters

__all__ = ["Adapter", "AdapterSettings", "Interface", "WsdlCorrection", "installed", "load_adapters"]
