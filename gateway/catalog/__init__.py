"""The catalog: service items, the materials that they ask for, and the operations that can speak about them."""

from gateway.catalog.conditions import case_view, holds
from gateway.catalog.importing import import_catalog
from gateway.catalog.loading import load_catalog, read_catalog
from gateway.catalog.store import Catalog

__all__ = ["Catalog", "case_view", "holds", "import_catalog", "load_catalog", "read_catalog"]
