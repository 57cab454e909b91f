"""What the tests of shipped mappings share: the release of the example configuration, a sandbox, an open gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from mappings_live import SWITCHED, Live

from gateway.assembly import Gateway, Release, World, open_gateway
from gateway.assembly.opening import load_release, prepare_home
from gateway.sandbox import CREDENTIAL_NAMES, Sandbox, start_sandbox

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="session")
def example_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mappings-home")


@pytest.fixture(scope="session")
def example(example_home: Path) -> Release:
    world = World(environment={})
    release = load_release(CONFIG, example_home, world)
    prepare_home(release, world)
    return release


@pytest.fixture(scope="session")
def example_sandbox(example: Release) -> Iterator[Sandbox]:
    secrets = example.policy.configuration.secrets({})
    with start_sandbox(secrets={name: secrets.value(name).reveal() for name in CREDENTIAL_NAMES}) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def asker(example_sandbox: Sandbox, example: Release) -> Live:
    return Live(example_sandbox, example.mappings)


@pytest.fixture
def live(asker: Live) -> Iterator[Live]:
    """An asker in whose world nothing is switched wrong, also afterwards."""
    yield asker
    for operation in set(SWITCHED.values()):
        asker.sandbox.behave(operation)


@pytest.fixture
async def gateway(example: Release, example_sandbox: Sandbox, example_home: Path) -> AsyncIterator[Gateway]:
    """The example's gateway with the sandbox behind it."""
    folder = example.policy.configuration.folder
    opened = open_gateway(
        folder, example_home, sandbox=example_sandbox.urls, world=World(environment={}), release=example
    )
    yield opened
    await opened.close()
