"""`shuqiao init`: lay out configuration, mappings and schemas in an empty folder, to be changed there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from gateway.commands.place import Place
from gateway.commands.terminal import Terminal
from gateway.errors import GatewayError, Words
from gateway.model.outcomes import ExitStatus
from gateway.resources import config_dir, mappings_dir, schemas_dir


def run(terminal: Terminal, place: Place, folder: str) -> int:
    """Lay out the example.

    Args:
        terminal: where messages go.
        place: the working folder.
        folder: an empty folder, or one that is not there yet.

    Raises:
        GatewayError: `usage.exists` for a folder that holds anything, `usage.wrong` where it can't be written.
    """
    target = place.working / folder
    parts = {"config": config_dir(), "mappings": mappings_dir(), "schemas": schemas_dir()}
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise GatewayError("usage.exists", path=folder)
        target.mkdir(parents=True, exist_ok=True)
        for name, source in parts.items():
            shutil.copytree(
                source, target / name, ignore=shutil.ignore_patterns("__pycache__", ".*"), copy_function=_copy
            )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        words = Words(f"'{folder}' can't be written: {reason}", f"无法写入 '{folder}'：{reason}")
        raise GatewayError("usage.wrong", reason=words) from error
    count = sum(len(files) for _, _, files in os.walk(target))
    terminal.tell(
        f"已在 {folder} 放好 {count} 个文件：config/（配置）、mappings/（登记库与方言映射）、schemas/（共享文档）",
        f"laid out {count} files in {folder}: config/, mappings/ (registries, dialects), schemas/ (shared documents)",
        "green",
    )
    terminal.tell(
        f"下一步：cd {folder} && shuqiao doctor && shuqiao verify config/sample/cases/*.json",
        f"next: cd {folder} && shuqiao doctor && shuqiao verify config/sample/cases/*.json",
    )
    return ExitStatus.FINE


def _copy(source: str, target: str) -> None:
    """The content alone: a packaged file may be read-only, its copy is there to be changed."""
    Path(target).write_bytes(Path(source).read_bytes())
