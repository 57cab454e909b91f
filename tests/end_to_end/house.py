"""A whole house for tests: the example configuration in a folder of its own, a sandbox beside it, a gateway in it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gateway.assembly import Gateway, World, open_gateway
from gateway.assembly.opening import load_release, prepare_home
from gateway.messagelog.fsck import Report, verify
from gateway.sandbox import CREDENTIAL_NAMES, Sandbox, start_sandbox
from gateway.yamlsource import load

ROOT = Path(__file__).resolve().parents[2]


class House:
    """One configuration folder, one state folder, one sandbox."""

    def __init__(self, folder: Path, *, timeout: str = "", data: Path | None = None) -> None:
        self.config, self.home, self.data = folder / "config", folder / "var", data
        shutil.copytree(ROOT / "config", self.config)
        shutil.copytree(ROOT / "mappings", folder / "mappings")
        if timeout:
            self._limit(timeout)
        self.world = World(environment={})
        self.release = load_release(self.config, self.home, self.world)
        prepare_home(self.release, self.world)
        secrets = self.release.policy.configuration.secrets({})
        self.credentials = {name: secrets.value(name).reveal() for name in CREDENTIAL_NAMES}

    def _limit(self, timeout: str) -> None:
        registries = load(self.config / "registries.yaml").value["registries"]
        changed = {name: {**entry, "limits": {"timeout": timeout, "attempts": 1}} for name, entry in registries.items()}
        (self.config / "registries.yaml").write_text(json.dumps({"registries": changed}), "utf-8")

    def sandbox(self, behaviours: Mapping[str, Iterable[str]] | None = None) -> Sandbox:
        """A running sandbox that this house's gateway can enter."""
        return start_sandbox("auto", self.data, secrets=self.credentials, behaviours=behaviours)

    def open(self, sandbox: Sandbox) -> Gateway:
        """A gateway on this house."""
        return open_gateway(self.config, self.home, sandbox=sandbox.urls, world=self.world)

    def verify(self, sandbox: Sandbox, *documents: bytes, caller: str = "cli") -> list[dict[str, Any]]:
        """The verification documents of some cases, by one gateway."""

        async def run() -> list[dict[str, Any]]:
            gateway = self.open(sandbox)
            try:
                return [await gateway.verify(document, caller) for document in documents]
            finally:
                await gateway.close()

        return asyncio.run(run())

    def check_log(self, sandbox: Sandbox) -> Report:
        """What the log's checker says, with the checkpoint outside the database."""

        async def run() -> Report:
            gateway = self.open(sandbox)
            try:
                outside = (self.home / "log.checkpoint").read_text("utf-8")
                with gateway.store.snapshot() as snapshot:
                    keys = gateway.keys
                    return verify(
                        snapshot, keys.ring, gateway.log.origin, outside, vault=keys.vault, pepper=keys.pepper
                    )
            finally:
                await gateway.close()

        return asyncio.run(run())


def finding(document: Mapping[str, Any], material: str) -> dict[str, Any]:
    """The finding of one material."""
    return next(each for each in document["findings"] if each["material"] == material)


def grades(finding: Mapping[str, Any]) -> dict[str, str]:
    """Grades by field."""
    return {field["field"]: field["grade"] for field in finding["fields"]}


def clean_case(**changes: Any) -> bytes:
    """The first sample case, with some members of the applicant changed."""
    document = json.loads((ROOT / "config" / "sample" / "cases" / "01-clean.json").read_text("utf-8"))
    document["applicant"] |= changes
    return json.dumps(document, ensure_ascii=False).encode()
