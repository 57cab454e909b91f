"""`shuqiao log verify`: recompute the whole log and say what does not fit."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from gateway.assembly.opening import CHECKPOINT
from gateway.commands.logreading import LogReading, open_reading
from gateway.commands.place import Place
from gateway.commands.terminal import Terminal, cell
from gateway.errors import GatewayError
from gateway.messagelog.checkpoint_file import CheckpointFile
from gateway.messagelog.findings import KINDS, Report
from gateway.messagelog.fsck import verify
from gateway.model.outcomes import ExitStatus


def run(terminal: Terminal, place: Place, checkpoint: str = "", json: bool = False) -> int:
    """Verify the log of the state folder; reads only, and may run beside a writing gateway.

    Args:
        terminal: where results go.
        place: configuration and state folder.
        checkpoint: a checkpoint kept elsewhere, instead of the file in the state folder.
        json: one JSON document.

    Returns:
        4 where anything was changed, removed, added or moved; 0 else, also with warnings.

    Raises:
        GatewayError: `usage.file_missing`, `log.integrity`, `key.*`, `storage.*`.
    """
    report, note = check(terminal, place, checkpoint)
    if json:
        terminal.document({**report.document(), "checkpoint": note})
    else:
        show_report(terminal, report, note)
    return ExitStatus.FINE if report.sound else ExitStatus.INTEGRITY


def check(terminal: Terminal, place: Place, checkpoint: str = "") -> tuple[Report, str]:
    """The report and the newest checkpoint; raises as `run`."""
    world, configuration = place.world(), place.configuration()
    try:
        with open_reading(configuration, world) as reading:
            return _checked(terminal, reading, checkpoint)
    except GatewayError as error:
        if error.code != "storage.unavailable":
            raise
        # A database that can't be opened at all is what a reader finds after somebody overwrote it.
        raise GatewayError("log.integrity", where=str(configuration.home), reason=error.words) from error


def _checked(terminal: Terminal, reading: LogReading, checkpoint: str) -> tuple[Report, str]:
    configuration, keys = reading.configuration, reading.keys
    # The checkpoint is read before the snapshot is taken: whatever is appended meanwhile only makes the log longer.
    outside = _named(checkpoint) if checkpoint else CheckpointFile(configuration.home / CHECKPOINT).read()
    with terminal.progress("校验日志", "verifying the log") as step, reading.store.snapshot() as snapshot:
        report = verify(
            snapshot, keys.ring, configuration.gateway.log.origin, outside, vault=keys.vault, pepper=keys.pepper,
            progress=step,
        )  # fmt: skip
        head = snapshot.head() if "unreadable" not in report.counts else None
    return report, head.note if head else ""


def show_report(terminal: Terminal, report: Report, note: str) -> None:
    """What was found, in words, and the newest checkpoint."""
    pick = terminal.pick
    origin, size, bodies, root = report.origin, report.size, report.bodies_opened, report.root.hex()
    terminal.show(pick(
        f"日志 {origin}：{size} 个条目，{bodies} 份正文已解密核对",
        f"log {origin}: {size} entries, {bodies} bodies opened and checked",
    ))  # fmt: skip
    terminal.show(pick(f"根散列 {root}", f"root {root}"))
    for one in report.findings:
        style, sign = ("red", "✗") if one.severity == "fault" else ("yellow", "⚠")
        terminal.show(cell(f"{sign} {pick(one.zh, one.en)}", style))
    told = {kind: sum(one.kind == kind for one in report.findings) for kind in report.counts}
    for kind, count in report.counts.items():
        if count > told[kind]:
            more = count - told[kind]
            terminal.show(cell(pick(f"… 另有 {more} 条同类（{kind}）", f"… and {more} more of kind {kind}"), "dim"))
    warnings = sum(count for kind, count in report.counts.items() if KINDS[kind].severity == "warning")
    if report.sound:
        aside = pick(f"（{warnings} 条提醒）", f" ({warnings} warnings)") if warnings else ""
        terminal.show(cell(pick("✓ 日志完整，未被改动", "✓ the log is whole and unchanged") + aside, "bold green"))
    else:
        terminal.show(
            cell(
                pick(
                    "✗ 日志校验未通过：请保留所有文件原样并报告安全团队",
                    "✗ the log does not verify: keep all files as they are and tell the security team",
                ),
                "bold red",
            )
        )
    if note:
        terminal.show(Text(""), cell(pick("当前检查点：", "current checkpoint:"), "bold"))
        for line in note.rstrip("\n").splitlines():
            terminal.show(f"  {line}")


def _named(path: str) -> str:
    note = CheckpointFile(Path(path)).read()
    if note is None:
        raise GatewayError("usage.file_missing", path=path)
    return note
