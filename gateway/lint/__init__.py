"""Static checks that need more than one room: mappings against vocabulary, catalog, code lists and interface files."""

from gateway.lint.mappings import check_mappings, check_registry, check_source

__all__ = ["check_mappings", "check_registry", "check_source"]
