"""The faces: how the world outside reaches an open gateway. Each protocol is one room; `statuses` serves them all."""
