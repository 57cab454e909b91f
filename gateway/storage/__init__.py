"""Storage: the only door to SQLAlchemy. Holds the message log, results and idempotency keys."""
