"""The mapping engine: YAML that says how a registry is asked and what its answers mean, compiled once."""
