from __future__ import annotations

import os
import traceback
from pathlib import Path

import pytest

from gateway.config.secrets import Secrets, make_generated, variable
from gateway.errors import GatewayError


def put(folder: Path, name: str, content: bytes, mode: int = 0o600) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    (folder / name).chmod(mode)


def code_of(secrets: Secrets, name: str) -> str:
    with pytest.raises(GatewayError) as caught:
        secrets.value(name)
    return caught.value.code


def test_the_environment_outranks_the_folder_and_that_outranks_generated_ones(tmp_path: Path) -> None:
    put(tmp_path / "folder", "gk.user", b"from the folder\n")
    put(tmp_path / "folder", "gk.password", b"from the folder\r\n")
    put(tmp_path / "made", "gk.password", b"made")
    put(tmp_path / "made", "hub.key", b"made")
    secrets = Secrets({"SHUQIAO_SECRET_GK_USER": "from the environment"}, tmp_path / "folder", tmp_path / "made")
    assert secrets.value("gk.user").reveal() == "from the environment"
    assert secrets.value("gk.password").reveal() == "from the folder"
    assert secrets.value("hub.key").reveal() == "made"
    assert secrets.names() == ("gk.password", "gk.user", "hub.key")
    assert secrets.has("hub.key")
    assert not secrets.has("hub.other")


def test_a_missing_secret_names_its_variable(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        Secrets({}, tmp_path).value("gk.user")
    assert caught.value.code == "secret.missing"
    assert "SHUQIAO_SECRET_GK_USER" in caught.value.hint
    assert variable("hub-2.app_id") == "SHUQIAO_SECRET_HUB_2_APP_ID"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "gk.user", b"x", 0o640)
    assert code_of(Secrets({}, tmp_path), "gk.user") == "secret.open_to_others"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_is_no_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "gk.user", content)
    assert code_of(Secrets({}, tmp_path), "gk.user") == "secret.unreadable"


@pytest.mark.parametrize("name", ["../gk", "gk/user", "", "GK.user", "gk..user", ".gk", "/etc/passwd"])
def test_a_name_can_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    assert code_of(Secrets({}, tmp_path), name) == "secret.bad_name"


def test_a_secret_never_prints_itself(tmp_path: Path) -> None:
    secret = Secrets({"SHUQIAO_SECRET_GK_USER": "hunter2"}, tmp_path).value("gk.user")
    assert "hunter2" not in f"{secret} {secret!r} {secret!s} {[secret]} {vars(type(secret))}"
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError(secret)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_generated_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    numbers = iter(range(100))

    def random_bytes(count: int) -> bytes:
        return bytes([next(numbers)]) * count

    folder = tmp_path / "state" / "made"
    assert make_generated(folder, ["gk.user", "gk.password", "gk.user"], random_bytes) == ("gk.password", "gk.user")
    first = Secrets({}, None, folder).value("gk.user").reveal()
    assert make_generated(folder, ["gk.user", "hub.key"], random_bytes) == ("hub.key",)
    assert Secrets({}, None, folder).value("gk.user").reveal() == first
    assert len(first) == 48
    assert {path.name for path in folder.iterdir()} == {"gk.password", "gk.user", "hub.key"}
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_generated_secrets_refuse_a_bad_name_and_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        make_generated(tmp_path, ["../x"], bytes)
    assert caught.value.code == "secret.bad_name"
    (tmp_path / "file").write_text("x")
    with pytest.raises(GatewayError) as caught:
        make_generated(tmp_path / "file", ["gk.user"], bytes)
    assert caught.value.code == "secret.unreadable"
