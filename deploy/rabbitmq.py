"""Where do RabbitMQ's programs come from?

The installed `rabbitmq-server` when there is one; else Debian's own packages, downloaded and unpacked into a cache
folder: no root needed, nothing installed, nothing outside the folder touched.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.trouble import Trouble

Say = Callable[[str], None]

# Not `/usr/sbin/rabbitmq-server`: that wrapper changes to the system broker's user.
_INSTALLED = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/opt/rabbitmq/sbin/rabbitmq-server",
    "/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server",
    "/usr/local/opt/rabbitmq/sbin/rabbitmq-server",
)
_ERLANG_HOME = b"/usr/lib/erlang"
# What an empty machine would get that we take: the broker, its language, and socat; never libc, init or accounts.
_WANTED = re.compile(r"^(rabbitmq-server|socat|erlang-[a-z0-9-]+)$")
_OPTIONAL_PLUGIN = re.compile(r"^rabbitmq_(?!prelaunch)")
_LIBRARY = re.compile(r"^lib[a-z0-9.+-]+$")
_SECONDS = 600.0
_TRY_THIS = "install RabbitMQ (apt-get install rabbitmq-server) or give AMQP_URI=amqp://user:password@host:5672/vhost"


@dataclass(frozen=True)
class Programs:
    """`server` is the start script; `path` and `libraries` are folders to put before PATH and LD_LIBRARY_PATH."""

    server: Path
    path: tuple[Path, ...] = ()
    libraries: tuple[Path, ...] = ()

    def environment(self) -> dict[str, str]:
        """PATH and LD_LIBRARY_PATH to run them with."""
        found = {"PATH": os.pathsep.join([*map(str, self.path), os.environ.get("PATH", os.defpath)])}
        if self.libraries:
            found["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, self.libraries))
        return found

    def plugins(self) -> list[Path]:
        """What the broker itself is made of, without the optional plugins: Erlang searches every one for each module.

        Empty when they are not where they always were; then the node takes its own.
        """
        folder = self.server.resolve().parent.parent / "plugins"
        needed = [each for each in folder.glob("*-*") if not _OPTIONAL_PLUGIN.match(each.name)]
        return needed if any(each.name.startswith("rabbit-") for each in needed) else []

    def which(self, program: str) -> Path:
        """One of Erlang's own programs, such as `epmd`."""
        found = shutil.which(program, path=self.environment()["PATH"])
        if found is None:
            inside = sorted(Path("/usr/lib/erlang").glob(f"erts-*/bin/{program}"))
            if not inside:
                raise Trouble(f"RabbitMQ is there, but Erlang's program {program} is not: {_TRY_THIS}")
            return inside[-1]
        return Path(found)


def find(cache: Path, say: Say) -> Programs:
    """RabbitMQ's programs, fetched into `cache` on first need. Raises Trouble with what to install."""
    return installed() or unpacked(cache, say)


def installed() -> Programs | None:
    """The machine's own RabbitMQ, by the start script that does not change user."""
    if shutil.which("erl") is None:
        return None
    for place in _INSTALLED:
        if os.access(place, os.X_OK):
            return Programs(Path(place))
    found = shutil.which("rabbitmq-server")
    if found is None or (found.startswith("/usr/sbin") and os.geteuid() == 0):
        return None
    return Programs(Path(found))


def unpacked(cache: Path, say: Say) -> Programs:
    """Debian's packages of RabbitMQ unpacked under `cache`; the first call downloads some 34 MB."""
    cache.mkdir(parents=True, exist_ok=True)
    cache = cache.resolve()
    root = cache / "root"
    complete = cache / "complete"
    with _alone(cache / "lock"):
        # The folder's own path is written into Erlang's scripts, so a moved checkout unpacks again.
        if not complete.exists() or complete.read_text() != str(root):
            _fetch(cache, say)
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir()
            for package in sorted(cache.glob("packages/*.deb")):
                _run(["dpkg", "-x", package, root], cache, "unpack RabbitMQ's packages")
            _point_erlang_at(root)
            complete.write_text(str(root))
    return _programs_under(root)


def _programs_under(root: Path) -> Programs:
    servers = sorted(root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))
    if not servers:
        raise Trouble(f"the packages under {root.parent} hold no RabbitMQ: delete that folder and start again")
    libraries = {found.parent for found in (*root.glob("usr/lib/*/lib*.so*"), *root.glob("lib/*/lib*.so*"))}
    return Programs(servers[-1], (root / "usr/lib/erlang/bin", root / "usr/bin"), tuple(sorted(libraries)))


def _fetch(cache: Path, say: Say) -> None:
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            raise Trouble(f"there is no RabbitMQ and no {program} to fetch it with: {_TRY_THIS}")
    packages = cache / "packages"
    if (cache / "fetched").exists():
        return
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir()
    say("RabbitMQ is not installed: fetching Debian's packages into the run folder (34 MB, once)")
    try:
        _download(packages, cache, own_lists=False)
    except Trouble:  # no package lists yet, or old ones: read our own copy of them
        say("reading Debian's package lists into the run folder")
        _apt(["update"], cache, own_lists=True)
        _download(packages, cache, own_lists=True)
    (cache / "fetched").touch()


def _download(packages: Path, cache: Path, own_lists: bool) -> None:
    empty = cache / "nothing-installed"
    empty.touch()
    simulate = ["-s", "install", "--no-install-recommends", "rabbitmq-server"]
    whole = _packages_named(_apt(["-o", f"Dir::State::status={empty}", *simulate], cache, own_lists))
    missing_here = _packages_named(_apt(simulate, cache, own_lists))
    wanted = [name for name in whole if _WANTED.match(name)]
    wanted += [name for name in missing_here if _LIBRARY.match(name) and name not in wanted]
    if "rabbitmq-server" not in wanted:
        raise Trouble(f"this machine's package lists know no rabbitmq-server: {_TRY_THIS}")
    _apt(["download", *wanted], cache, own_lists, folder=packages)


def _packages_named(simulation: str) -> list[str]:
    return re.findall(r"^Inst (\S+) ", simulation, flags=re.MULTILINE)


def _apt(arguments: Sequence[str], cache: Path, own_lists: bool, folder: Path | None = None) -> str:
    options = {
        "Dir::Cache": cache / "apt",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
        "Acquire::Retries": "3",
        "APT::Get::AllowUnauthenticated": "false",
    }
    (cache / "apt/archives/partial").mkdir(parents=True, exist_ok=True)
    if own_lists:
        options["Dir::State::Lists"] = cache / "lists"
        (cache / "lists/partial").mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = ["apt-get", "-q"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    return _run([*command, *arguments], folder or cache, "fetch RabbitMQ's packages")


def _run(command: Sequence[str | Path], folder: Path, purpose: str) -> str:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
    except subprocess.CalledProcessError as failed:
        said = (failed.stderr or failed.stdout).strip().splitlines()
        raise Trouble(f"could not {purpose} ({said[-1] if said else failed}): {_TRY_THIS}") from failed
    except subprocess.TimeoutExpired as late:
        raise Trouble(f"could not {purpose} within {_SECONDS:.0f} s: {_TRY_THIS}") from late
    return done.stdout


def _point_erlang_at(root: Path) -> None:
    erlang = root / "usr/lib/erlang"
    for script in (*erlang.glob("bin/*"), *erlang.glob("erts-*/bin/*")):
        if script.is_symlink() or not script.is_file():
            continue
        text = script.read_bytes()
        if text.startswith(b"#!") and _ERLANG_HOME in text:
            script.write_bytes(text.replace(_ERLANG_HOME, os.fsencode(erlang)))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One starter at a time; the others wait for the first one's result."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
