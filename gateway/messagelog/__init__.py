"""The message log: signed entries in a tree of hashes that nobody can change unseen."""
