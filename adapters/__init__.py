"""Protocols: SOAP, REST, replay, and the transport that carries their bytes."""
