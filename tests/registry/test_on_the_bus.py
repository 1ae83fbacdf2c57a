"""The registry alone against a bare broker and database; and a revocation that finds its way to who was away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from deploy import broker_rights
from deploy.broker import Broker
from gateway.bus import Bus, Refused
from services.protocol import certificates
from services.registry import authority
from tests.pair.databases import migrated
from tests.pair.running import Running, until, write_keys
from tests.registry.town import Clock, Keys, Town

CENTRE = {"name": "省政府采购中心(演练)", "credit_code": "91220100MA17001378"}


@dataclass
class Called:
    """A department over the bus, called as the tests call one without; `by` is a token."""

    bus: Bus
    department: str
    _number: int = 0

    def call(self, method: str, by: str = "", **fields: Any) -> Any:
        self._number += 1
        request_id = f"{self.department}-{self._number}"
        return self.bus.call(self.department, method, fields, token=by, request_id=request_id, within=20.0)


@dataclass
class Ground:
    """A running registry with its first administrator, another department, and a bus to both."""

    registry: Running
    beta: Running
    bus: Bus
    town: Town
    administrator: Keys

    def token(self) -> str:
        """A fresh token of the administrator's."""
        return str(self.town.token(self.town.session(self.administrator))["token"])

    def colleague(self) -> Keys:
        """Another of the centre's people, with a signing certificate."""
        token, call = self.token(), self.town.registry.call
        centre = call("organisation", by=token, credit_code=CENTRE["credit_code"])["organisation_id"]
        person = call("enrol_person", by=token, organisation_id=centre, name="李经办")["person_id"]
        keys = self.town.keys("李经办")
        call("enrol_certificate", by=token, person_id=person, **self.town.offered(keys))
        return keys

    def refused_by_beta(self, token: str) -> bool:
        """Whether a department that knows only registry's public key refuses this token."""
        try:
            self.bus.call("beta", "heard_count", {}, token=token, within=10.0)
        except Refused as refusal:
            if refusal.code != "unauthenticated":
                raise
            return True
        return False


@pytest.fixture(scope="module")
def room(broker: Broker) -> Iterator[str]:
    """A virtual host for this file."""
    broker.load(broker_rights.definitions(broker.departments, broker.passwords, "registry-alone"))
    yield "registry-alone"
    broker.evaluate('rabbit_vhost:delete(<<"registry-alone">>, <<"tests">>).')


@pytest.fixture(scope="module")
def ground(
    broker: Broker, room: str, department_database: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("alone")
    write_keys(folder)
    told_nothing = {"REHEARSAL_AUTHORITY_DIR": "", "BOOTSTRAP_CERTIFICATE": ""}
    database = department_database("registry")
    registry = Running("registry", broker.uri("registry", room), database, folder, **told_nothing)
    beta = Running("beta", broker.uri("beta", room), migrated(department_database, "beta").runtime_url, folder)
    bus = Bus(broker.uri(broker_rights.GATEWAY, room))
    try:
        registry.start_as(["-m", "services.chassis.launch", "registry"])
        beta.start()
        until(registry.ready, within=60)
        place = folder / "rehearsal-authority"  # beside the key
        town = Town(Called(bus, "registry"), place, Clock())
        administrator = _administrator(place, folder)
        claim = {"organisation": CENTRE, "person": {"name": "管理员"}, "certificate": town.offered(administrator)}
        town.registry.call("claim_administration", **claim)
        yield Ground(registry, beta, bus, town, administrator)
    finally:
        bus.close()
        ended = (registry.end(), beta.end())
    assert ended == (0, 0)


def _administrator(place: Path, folder: Path) -> Keys:
    """The first administrator's keys, as the command line of the rehearsal authority makes them."""
    assert authority.main(["issue", str(place), "--name", "管理员", "--out", str(folder / "a"), "--administrator"]) == 0
    own, issuing = x509.load_pem_x509_certificates((folder / "a-signing.pem").read_bytes())
    key = certificates.load_private_key((folder / "a-signing.key").read_bytes())
    return Keys(key, certificates.to_pem(own), [certificates.to_pem(issuing)])


def test_the_registry_alone_answers_over_the_bus(ground: Ground) -> None:
    call, token = ground.town.registry.call, ground.token()
    named = {"kind": "purchaser", "name": "省教育厅(演练)", "credit_code": "91220100MA1700274Q"}
    made = call("enrol_organisation", by=token, **named)
    found = call("organisation", by=token, credit_code="９１２２０１００ｍａ１７００２７４ｑ")
    assert found["organisation_id"] == made["organisation_id"]
    until(lambda: "A02010104" in {each["key"] for each in call("rule_data", kind="category")["entries"]})


def test_a_revocation_reaches_a_department_that_was_away(ground: Ground) -> None:
    keys = ground.colleague()
    token = ground.town.token(ground.town.session(keys))["token"]
    assert not ground.refused_by_beta(token)
    assert ground.beta.end() == 0  # away
    revoked = {"fingerprint": keys.fingerprint, "reason": "key_compromise"}
    ground.town.registry.call("revoke_certificate", by=ground.token(), **revoked)
    ground.beta.start()
    until(lambda: ground.refused_by_beta(token), within=60)
    with pytest.raises(Refused):
        ground.town.session(keys)


def test_a_restarted_registry_knows_its_sessions_and_still_refuses_the_ended_ones(ground: Ground) -> None:
    town, keys = ground.town, ground.colleague()
    kept, ended = town.session(keys), town.session(keys)
    before = town.token(kept)["token"]
    town.registry.call("close_session", session_id=ended[0], secret=ended[1])
    ground.registry.kill()
    ground.registry.start_as(["-m", "services.chassis.launch", "registry"], wait=True)
    after = until(lambda: town.token(kept))["token"]
    assert before != after
    assert not ground.refused_by_beta(before)
    assert not ground.refused_by_beta(after)
    with pytest.raises(Refused):
        town.token(ended)
