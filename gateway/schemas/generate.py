"""Writes the schemas of both languages from the definitions; a test holds the committed files to it.

Run as `python -m gateway.schemas.generate` after a change of schemas/vocabulary.yaml or schemas/documents.yaml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gateway.resources import schemas_dir
from gateway.schemas.definitions import documents
from gateway.schemas.json_form import json_schema
from gateway.schemas.xml_form import xml_schema


def generated() -> dict[str, bytes]:
    """Every generated file: its path below the schemas folder, and its bytes."""
    files: dict[str, bytes] = {}
    for name, document in documents().items():
        folder = f"v{document.version}"
        text = json.dumps(json_schema(document), ensure_ascii=False, indent=1)
        files[f"{folder}/{name}.schema.json"] = (text + "\n").encode("utf-8")
        files[f"{folder}/{name}.xsd"] = xml_schema(document).encode("utf-8")
    return files


def stale(folder: Path | None = None) -> list[str]:
    """The generated files that are missing or differ from what the definitions give."""
    root = folder or schemas_dir()
    return [name for name, data in generated().items() if not _same(root / name, data)]


def write(folder: Path | None = None) -> list[str]:
    """Write what is stale and give the names."""
    root = folder or schemas_dir()
    files, names = generated(), stale(root)
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(files[name])
    return names


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` only say whether they are fresh; gives the exit status."""
    if "--check" not in arguments:
        write()
        return 0
    names = stale()
    sys.stderr.writelines(f"{name} is not fresh: run `make schemas`\n" for name in names)
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
