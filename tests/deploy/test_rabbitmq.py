"""Where RabbitMQ comes from: installed, else unpacked, else one line that says what to install."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy import rabbitmq
from deploy.trouble import Trouble
from tests.conftest import ROOT

SIMULATION = """\
Inst libc6 (2.36-9 Debian:12 [amd64])
Inst erlang-base (1:25.2.3+dfsg-1 Debian:12 [amd64])
Inst libwrap0 [7.6] (7.6.q-32 Debian:12 [amd64])
Inst rabbitmq-server (3.10.8-1.1 Debian:12 [all])
Conf erlang-base (1:25.2.3+dfsg-1 Debian:12 [amd64])
"""


def machine(folder: Path, *programs: str) -> str:
    """A PATH with nothing but these (empty) programs."""
    folder.mkdir(exist_ok=True)
    for name in programs:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_an_installed_rabbitmq_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", machine(tmp_path / "bin", "erl", "rabbitmq-server"))
    monkeypatch.setattr(rabbitmq, "_INSTALLED", ())
    assert rabbitmq.find(tmp_path / "cache", print).server == tmp_path / "bin" / "rabbitmq-server"
    assert not (tmp_path / "cache").exists()


def test_a_rabbitmq_without_erlang_is_no_rabbitmq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", machine(tmp_path / "bin", "rabbitmq-server"))
    assert rabbitmq.installed() is None


def test_without_apt_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", machine(tmp_path / "bin"))
    with pytest.raises(Trouble, match=r"no apt-get .* install RabbitMQ .* or give AMQP_URI=") as trouble:
        rabbitmq.find(tmp_path / "cache", print)
    assert "\n" not in str(trouble.value)


def test_package_lists_without_rabbitmq_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", machine(tmp_path / "bin", "apt-get", "dpkg"))
    with pytest.raises(Trouble, match="know no rabbitmq-server"):
        rabbitmq.find(tmp_path / "cache", print)


def test_the_packages_taken_are_the_broker_its_language_and_missing_libraries() -> None:
    names = rabbitmq._packages_named(SIMULATION)
    assert names == ["libc6", "erlang-base", "libwrap0", "rabbitmq-server"]
    assert [name for name in names if rabbitmq._WANTED.match(name)] == ["erlang-base", "rabbitmq-server"]
    assert [name for name in names if rabbitmq._LIBRARY.match(name)] == ["libc6", "libwrap0"]


def test_the_unpacked_erlang_knows_where_it_lies(tmp_path: Path) -> None:
    scripts = tmp_path / "usr/lib/erlang/bin"
    scripts.mkdir(parents=True)
    (scripts / "erl").write_text("#!/bin/sh\nROOTDIR=/usr/lib/erlang\necho $ROOTDIR\n")
    (scripts / "data").write_text("/usr/lib/erlang")
    rabbitmq._point_erlang_at(tmp_path)
    said = subprocess.run(["/bin/sh", scripts / "erl"], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(tmp_path / "usr/lib/erlang")
    assert (scripts / "data").read_text() == "/usr/lib/erlang"


def test_the_node_is_given_its_own_parts_and_no_optional_plugins(tmp_path: Path) -> None:
    server = tmp_path / "lib/sbin/rabbitmq-server"
    names = ("rabbit-3.10.8", "ra-2.2.0", "rabbitmq_prelaunch-3.10.8", "rabbitmq_management-3.10.8", "README")
    for name in names:
        (tmp_path / "lib/plugins" / name).mkdir(parents=True)
    found = rabbitmq.Programs(server).plugins()
    assert {each.name for each in found} == set(names[:3])
    assert rabbitmq.Programs(tmp_path / "elsewhere/sbin/rabbitmq-server").plugins() == []


def test_unpacking_into_a_folder_that_has_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second start takes what the first one unpacked."""
    cache = ROOT / ".run/cache/rabbitmq"
    if not (cache / "complete").exists():
        pytest.skip("this machine has a RabbitMQ of its own")
    monkeypatch.setattr(rabbitmq, "_run", lambda *_: pytest.fail("nothing is to be fetched or unpacked"))
    assert os.access(rabbitmq.unpacked(cache, print).server, os.X_OK)
