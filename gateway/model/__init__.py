"""The words of the product as frozen types: cases, catalog, evidence, findings, exchanges."""
