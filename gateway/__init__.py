"""Shuqiao: the core of a data-sharing gateway for government services."""

__version__ = "0.1.0"
