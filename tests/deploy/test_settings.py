"""Each process gets its own settings; what is given from outside is used instead of what we would start."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from deploy import keys, migrations, ports, round_trip
from deploy.databases import DEPARTMENTS, Access
from deploy.places import Places, Ports
from deploy.suite import Suite
from deploy.trouble import Trouble
from services.chassis.settings import read_settings
from tests.conftest import DepartmentDatabases
from tests.deploy.programs import supervisor

ACCESS = Access("registry", "postgresql+psycopg://registry:a@127.0.0.1/r", "postgresql+psycopg://owner:b@127.0.0.1/r")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(tmp_path / "run")
    found.make()
    return found


def suite(places: Places, **environment: str) -> Suite:
    return Suite(places, supervisor(places.run, []), print, environment)


def test_what_the_launcher_sets_is_all_a_department_needs(places: Places) -> None:
    own = suite(places, AMQP_URI="amqp://somebody:x@127.0.0.1/elsewhere")
    for name in DEPARTMENTS:
        keys.department_key(places, name)
    settings = read_settings(own.department_environment("registry", ACCESS, 20001))
    assert settings.profile == "rehearsal"
    assert settings.amqp_uri == "amqp://somebody:x@127.0.0.1/elsewhere"
    assert settings.database_url == ACCESS.runtime_url
    assert settings.ops_port == 20001
    assert {file.stem for file in settings.trust_dir.iterdir()} == set(DEPARTMENTS)
    private = load_pem_private_key(settings.department_key_file.read_bytes(), None)
    assert load_pem_public_key((settings.trust_dir / "registry.pem").read_bytes()) == private.public_key()


def test_one_broker_user_for_all_cannot_vouch_for_senders_and_one_each_can(places: Places) -> None:
    shared = suite(places, AMQP_URI="amqp://all:x@127.0.0.1/")
    own = suite(places, REGISTRY_AMQP_URI="amqp://registry:x@127.0.0.1/")
    assert not read_settings(shared.department_environment("registry", ACCESS, 1)).senders_checked
    assert read_settings(own.department_environment("registry", ACCESS, 1)).senders_checked


def test_a_departments_given_database_is_used_as_it_is(places: Places) -> None:
    given = {f"{name.upper()}_DATABASE_URL": f"postgresql+psycopg://x@127.0.0.1/{name}" for name in DEPARTMENTS}
    own = suite(places, **given, NOTIFY_MIGRATION_DATABASE_URL="postgresql+psycopg://owner@127.0.0.1/notify")
    access = own._prepare_databases()
    assert access["registry"].migration_url == access["registry"].runtime_url == given["REGISTRY_DATABASE_URL"]
    assert access["notify"].migration_url == "postgresql+psycopg://owner@127.0.0.1/notify"


@pytest.mark.parametrize("wanted", ["0", "-1", "two"])
def test_a_number_of_instances_that_is_none_is_refused(places: Places, wanted: str) -> None:
    with pytest.raises(Trouble, match="INSTANCES_EVALUATION must be a whole number of at least 1"):
        suite(places, INSTANCES_EVALUATION=wanted)._instances("evaluation")


def test_without_a_wish_there_is_one_instance(places: Places) -> None:
    assert suite(places)._instances("evaluation") == 1
    assert suite(places, INSTANCES_EVALUATION="3")._instances("evaluation") == 3


def test_secrets_are_the_same_at_the_next_start_and_nobody_elses(places: Places) -> None:
    first = keys.passwords(places, ["broker.registry"])
    again = keys.passwords(places, ["broker.registry", "postgres"])
    assert again["broker.registry"] == first["broker.registry"] != again["postgres"]
    key = keys.department_key(places, "registry").read_bytes()
    assert keys.department_key(places, "registry").read_bytes() == key
    assert keys.gateway_secret(places).read_bytes() == keys.gateway_secret(places).read_bytes()
    for file in places.secrets.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(places.secrets.stat().st_mode) == 0o700


def test_a_secret_is_closed_before_it_is_written(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys.write_secret(tmp_path / "secret", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_port_is_kept_from_start_to_start_unless_somebody_took_it(places: Places) -> None:
    first = Ports(places).take("amqp")
    assert Ports(places).take("amqp") == first
    with ports.socket.create_server((ports.LOOPBACK, first)):
        moved = Ports(places).take("amqp")
    assert moved != first
    assert json.loads((places.run / "ports.json").read_text()) == {"amqp": moved}


def test_one_port_is_not_given_out_twice(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([20000, 20000, 20001])
    monkeypatch.setattr(ports, "free_port", lambda: next(found))
    own = Ports(places)
    assert [own.take("amqp"), own.take("epmd")] == [20000, 20001]


def test_a_wanted_port_that_is_taken_is_refused_with_advice(places: Places) -> None:
    with ports.socket.create_server((ports.LOOPBACK, 0)) as busy:
        taken = busy.getsockname()[1]
        with pytest.raises(Trouble, match=f"PORT={taken} cannot be used"):
            suite(places, PORT=str(taken))._gateway_port()


@pytest.mark.parametrize("missing", DEPARTMENTS)
def test_a_round_trip_without_a_department_is_not_done(missing: str) -> None:
    answer = {name: {"ok": True} for name in DEPARTMENTS}
    assert round_trip.faults(answer) == []
    assert round_trip.faults({**answer, missing: None}) == [f"{missing} did not answer"]


def test_a_database_at_its_newest_version_is_not_migrated_again(
    department_database: DepartmentDatabases, tmp_path: Path
) -> None:
    versions = tmp_path / "services/registry/migrations/versions"
    versions.mkdir(parents=True)
    (versions / "0001_start.py").write_text('revision = "0001"\ndown_revision = None\n')
    access = department_database.empty("registry")
    assert not migrations.is_current("registry", access.migration_url, tmp_path)
    with migrations.psycopg.connect(migrations.plain(access.migration_url)) as owner:
        owner.execute("CREATE TABLE alembic_version (version_num text)")
        owner.execute("INSERT INTO alembic_version VALUES ('0001')")
    assert migrations.is_current("registry", access.migration_url, tmp_path)
    (versions / "0002_more.py").write_text('revision = "0002"\ndown_revision = "0001"\n')
    assert not migrations.is_current("registry", access.migration_url, tmp_path)
