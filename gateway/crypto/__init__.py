"""Signing, encrypting, keyed digests and key files: the only door to the cryptography library."""
