"""Benchmarks: the gateway with everything on, beside a bare client that makes the same calls, in one run."""
