"""`shuqiao demo`: the main job on all sample cases, over real HTTP, and the log verified at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from rich.text import Text

from gateway.assembly import Release, World
from gateway.client import Client
from gateway.commands.logverify import check, show_report
from gateway.commands.place import Place, prepare
from gateway.commands.results import LOOKS, outcome_label, show_verification
from gateway.commands.serve import opened
from gateway.commands.statuses import first_that_applies
from gateway.commands.terminal import Terminal
from gateway.commands.verify import Asked, read_document
from gateway.config.loading import find_folder
from gateway.errors import GatewayError, Words
from gateway.faces.rest import start_server
from gateway.model.outcomes import ExitStatus, Outcome
from gateway.resources import config_dir
from gateway.sandbox import start_sandbox

CALLER: Final = "hall"
OTHER_CALLER: Final = "window"
"""A caller whose grant leaves out one operation; the first sample case goes through it as well."""
FOLDER: Final = "demo"


@dataclass(frozen=True, slots=True)
class Submission:
    """One case on its way: its file and who hands it in."""

    path: Path
    caller: str

    @property
    def name(self) -> str:
        """What a person reads above the case's table."""
        return f"{self.path.name} · {self.caller}"


def run(terminal: Terminal, place: Place) -> int:
    """Bring up sandbox and gateway, submit every sample case, verify the log; leaves nothing running.

    The state stays in `demo` of the state folder, so that the log can be looked at afterwards.

    Returns:
        4 where the log does not verify, 2 where a case was refused, 3 where an outcome is missing, 0 else: the samples
        are meant to have negative findings.

    Raises:
        Diagnostics, GatewayError: nothing could be started.
    """
    place = _place(place)
    world, release = place.world(), place.release(terminal)
    cases = _cases(release)
    credentials = prepare(release, world, terminal)
    results = _submit(terminal, place, world, release, credentials, cases)
    for each in results:
        if each.document is not None:
            show_verification(terminal, each.document, each.name)
        elif each.error is not None:
            terminal.problem(each.error, each.name)
    missing = _summary(terminal, results)
    terminal.show(Text(""))
    report, note = check(terminal, place)
    show_report(terminal, report, note)
    home = release.policy.configuration.home
    terminal.tell(f"状态保存在 {home}；可继续查看：shuqiao --home {home} log list",
                  f"the state stays in {home}; look on with: shuqiao --home {home} log list", "dim")  # fmt: skip
    refused = any(each.document is None for each in results)
    return first_that_applies((
        ExitStatus.FINE if report.sound else ExitStatus.INTEGRITY,
        ExitStatus.USAGE if refused else ExitStatus.FINE,
        ExitStatus.UNDETERMINED if missing else ExitStatus.FINE,
    ))  # fmt: skip


def _place(place: Place) -> Place:
    """The demonstration's own place: a configuration with a sandbox, and a state folder that nothing else uses."""
    folder = find_folder(place.config, place.working)
    here = replace(place, config=folder)
    configuration = here.configuration()
    if configuration.gateway.sandbox == "off":
        if place.config is not None:
            reason = Words("this configuration has `sandbox: off`; the demo asks nobody but the sandbox",
                           "该配置为 `sandbox: off`；演示只向沙箱查询")  # fmt: skip
            raise GatewayError("usage.wrong", reason=reason)
        here = replace(place, config=config_dir())
        configuration = here.configuration()
    return replace(here, home=place.home or configuration.home / FOLDER)


def _cases(release: Release) -> list[Submission]:
    folder = release.policy.configuration.folder / "sample" / "cases"
    paths = sorted(path for path in folder.glob("*") if path.suffix in (".json", ".xml"))
    if not paths:
        raise GatewayError("usage.file_missing", path=f"{folder}/*.json")
    return [*(Submission(path, CALLER) for path in paths), Submission(paths[0], OTHER_CALLER)]


def _submit(
    terminal: Terminal, place: Place, world: World, release: Release, credentials: dict[str, str],
    cases: Sequence[Submission],
) -> list[Asked]:  # fmt: skip
    """Everything that needs sandbox and gateway running; both are down when this returns."""
    configuration = release.policy.configuration
    secrets = configuration.secrets(world.environment)
    results = []
    with start_sandbox("auto", secrets=credentials, now=world.now, random_bytes=world.random_bytes) as sandbox:
        terminal.tell(f"沙箱：{len(sandbox.urls)} 个登记库已启动", f"sandbox: {len(sandbox.urls)} registries are up")
        factory = partial(opened, place.folder, place.home, sandbox.urls, release)
        with start_server(factory) as server, terminal.progress("提交样例", "submitting samples") as step:
            terminal.tell(f"网关：{server.url}", f"gateway: {server.url}")
            clients = {
                name: Client(server.url, secrets.value(_key_of(release, name)).reveal())
                for name in (CALLER, OTHER_CALLER)
            }
            try:
                for position, each in enumerate(cases):
                    step(position, len(cases), each.name)
                    results.append(_ask(clients[each.caller], each))
                    if not terminal.err.is_terminal:
                        line = f"[{position + 1}/{len(cases)}] {each.name}"
                        terminal.tell(line, line)
            finally:
                for client in clients.values():
                    client.close()
    return results


def _ask(client: Client, submission: Submission) -> Asked:
    try:
        return Asked(submission.name, dict(client.verify(read_document(str(submission.path))).document))
    except GatewayError as error:
        return Asked(submission.name, error=error)


def _key_of(release: Release, caller: str) -> str:
    entry = release.policy.configuration.callers.callers.get(caller)
    if entry is None or not entry.key_secret:
        reason = Words(
            f"the demo needs a caller '{caller}' with `key_secret`", f"演示需要带 `key_secret` 的调用方 '{caller}'"
        )
        raise GatewayError("usage.wrong", reason=reason)
    return entry.key_secret


def _summary(terminal: Terminal, results: Sequence[Asked]) -> list[str]:
    """How often each outcome occurred; gives those that did not occur and should have."""
    counts = Counter(finding["outcome"] for each in results if each.document for finding in each.document["findings"])
    table = terminal.table(
        terminal.pick("结果", "outcome"), (terminal.pick("次数", "count"), {"justify": "right"}),
        title=terminal.pick(f"{len(results)} 个办件的全部结果", f"all outcomes of {len(results)} cases"),
    )  # fmt: skip
    missing = [token for token in LOOKS if token != Outcome.PENDING and not counts[token]]
    for token, (sign, style) in LOOKS.items():
        if counts[token]:
            table.add_row(Text(f"{sign} {outcome_label(token, terminal.language)}", style=style), str(counts[token]))
    terminal.show(Text(""), table)
    if missing:
        listed = ", ".join(missing)
        terminal.tell(f"未出现的结果：{listed}", f"outcomes that did not occur: {listed}", "yellow")
    return missing
