"""Files by what they contain."""

import hashlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.chassis.refusal import Refusal
from services.chassis.store import Store

ROOT = Path(__file__).parents[2]
_numbers = itertools.count()


@pytest.fixture(params=["folder", "remote"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(tmp_path.as_uri() if request.param == "folder" else f"memory://store{next(_numbers)}")


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=6), st.integers(0, 9000), st.none() | st.integers(0, 9000))
def test_what_is_stored_is_read_back_whole_and_in_part(
    store: Store, chunks: list[bytes], offset: int, length: int | None
) -> None:
    data = b"".join(chunks)
    stored = store.put(chunks, expected=digest_of(data))
    assert (stored.digest, stored.size) == (digest_of(data), len(data))
    assert b"".join(store.open(stored.digest)) == data
    end = None if length is None else offset + length
    assert b"".join(store.open(stored.digest, offset, length)) == data[offset:end]
    assert store.has(stored.digest)
    assert store.size(stored.digest) == len(data)
    assert store.intact(stored.digest)


def test_files_larger_than_one_chunk_stream(store: Store) -> None:
    data = os.urandom(1 << 20) * 2 + b"end"
    stored = store.put([data])
    assert [len(chunk) for chunk in store.open(stored.digest)] == [1 << 20, 1 << 20, 3]
    assert b"".join(store.open(stored.digest, (1 << 20) - 1, 5)) == data[(1 << 20) - 1 : (1 << 20) + 4]


def test_storing_twice_is_storing_once(store: Store) -> None:
    assert store.put([b"a", b"b"]) == store.put([b"ab"])
    assert b"".join(store.open(digest_of(b"ab"))) == b"ab"
    assert store.sweep(older_than=-60) == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"expected": digest_of(b"other")}, "digest_differs"),
        ({"limit": 3}, "file_too_large"),
        ({"expected": digest_of(b"abcd").upper()}, "digest_malformed"),
    ],
)
def test_a_file_that_is_not_what_was_promised_leaves_nothing(
    store: Store, arguments: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        store.put([b"ab", b"cd"], **arguments)  # type: ignore[arg-type]  # cases
    assert caught.value.code == code
    assert not store.has(digest_of(b"abcd"))
    assert store.sweep(older_than=-60) == 0


def test_a_file_of_exactly_the_limit_is_accepted(store: Store) -> None:
    assert store.put([b"abcd"], limit=4).size == 4


def test_a_source_that_breaks_off_leaves_nothing(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        store.put(broken())
    assert not store.has(digest_of(b"half"))
    assert store.sweep(older_than=-60) == 0


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", "a" * 63, "a" * 65, "a" * 64 + "\n", "/" + "a" * 63, "..%2f" + "a" * 59, "Å" * 64],
)
def test_a_name_that_is_no_digest_never_becomes_a_path(store: Store, name: str) -> None:
    for use in (store.has, store.size, store.open):
        with pytest.raises(Refusal) as caught:
            use(name)
        assert caught.value.code == "digest_malformed"


def test_an_unknown_file_is_refused_before_anything_is_read(store: Store) -> None:
    for use in (store.size, store.open):
        with pytest.raises(Refusal) as caught:
            use("0" * 64)
        assert caught.value.code == "file_unknown"
    assert not store.has("0" * 64)


def test_a_changed_byte_on_the_disk_is_noticed(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    stored = store.put([b"as it was"])
    (tmp_path / stored.digest[:2] / stored.digest).write_bytes(b"as it wax")
    assert not store.intact(stored.digest)


def test_a_killed_writer_leaves_no_file_under_the_final_name(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from services.chassis.store import Store\n"
        "def chunks():\n"
        "    yield b'x' * 4096\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Store(sys.argv[1]).put(chunks())\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.parent.name for path in left] == ["incoming"]
    store = Store(str(tmp_path))
    assert store.sweep(older_than=3600) == 0
    assert store.sweep(older_than=-60) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
