"""The tables. Values that repeat parts of a signed entry stand here for searching, and verification compares them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA_VERSION: Final = 1

metadata = MetaData()

# SQLite gives a rowid to INTEGER keys only; other engines want the wider type.
_Big = BigInteger().with_variant(Integer, "sqlite")

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

entries = Table(
    "entries",
    metadata,
    Column("idx", _Big, primary_key=True, autoincrement=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("time", String(27)),
    Column("kind", String(16)),
    Column("exchange", String(64)),
    Column("case_number", Text),
    Column("caller", Text),
    Column("operator_ref", String(40)),
    Column("person_ref", String(40)),
    Column("registry", Text),
    Column("operation", Text),
    Column("item", Text),
    Column("error", Text),
    Column("verification", String(64)),
    Column("leaf", LargeBinary, nullable=False),
)

# Callers, operators and registries are few: a page of theirs is found by walking the log, or a span of time of it. An
# index on each would cost every append more than it saves a reader.
_SEARCHED: Final = ("exchange", "case_number", "person_ref", "time")
for _name in _SEARCHED:
    _filled = entries.c[_name].is_not(None)
    Index(f"entries_{_name}", entries.c[_name], entries.c.idx, sqlite_where=_filled, postgresql_where=_filled)

tiles = Table(
    "tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", _Big, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", _Big, primary_key=True, autoincrement=False),
    Column("size", _Big, nullable=False, index=True),
    Column("note", Text, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("idx", _Big, primary_key=True, autoincrement=False),
    Column("case_number", Text, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

case_keys = Table(
    "case_keys",
    metadata,
    Column("case_number", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

persons = Table(
    "persons",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("ref", String(40), nullable=False, unique=True),
    Column("tag", LargeBinary, nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("idx", _Big, nullable=False, index=True),
    Column("case_number", Text, nullable=False, index=True),
    Column("item", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("created", String(27), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("name", LargeBinary, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("verification", String(64), nullable=False),
    Column("idx", _Big, nullable=False, index=True),
    Column("since", String(27), nullable=False),
    Column("owner", String(32), nullable=False),
)
