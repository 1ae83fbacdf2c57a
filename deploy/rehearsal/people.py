"""The people of the rehearsal with their keys: made on their own machine, certified, kept for the next time.

Keys never travel: what goes over the wire are certificates and signatures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from deploy.keys import write_secret
from deploy.rehearsal.client import Api
from services.protocol import certificates, signatures
from services.protocol.encoding import b64url, from_b64url

SIGNING, ENCRYPTION = "signing", "encryption"
_POSSESSION = b"sunshine-possession-v1"


@dataclass
class Keys:
    """A private key with its certificate and the authorities above it."""

    key: certificates.PrivateKey
    pem: str
    chain: list[str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate."""
        return certificates.fingerprint(self.pem)


@dataclass
class Person:
    """Somebody of the rehearsal. `handle`: the key in the input. `organisation`: the key of theirs."""

    handle: str
    name: str
    organisation: str | None = None
    roles: tuple[str, ...] = ()
    person_id: str = ""
    held: dict[str, Keys] = field(default_factory=dict)

    @property
    def key(self) -> certificates.PrivateKey:
        """The signing key."""
        return self.held[SIGNING].key

    @property
    def pem(self) -> str:
        """The signing certificate."""
        return self.held[SIGNING].pem

    @property
    def encryption(self) -> Keys:
        """The key that unwraps."""
        return self.held[ENCRYPTION]

    def sign(self, what: str, digest: str, **more: Any) -> dict[str, Any]:
        """A signed statement."""
        return signatures.build(signatures.statement(what, digest, **more), self.key, self.pem)

    def certify(self, api: Api, purpose: str, organisation: str | None) -> Keys:
        """Make a key here and have the rehearsal's authority certify it, by the public key alone."""
        made: Any = (
            ec.generate_private_key(ec.SECP256R1()) if purpose == SIGNING else rsa.generate_private_key(65537, 2048)
        )
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = made.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
        issued = api.call(
            "registry.rehearsal_certificate", name=self.name, organisation=organisation, purpose=purpose,
            public_key=public,
        )  # fmt: skip
        self.held[purpose] = Keys(made, issued["pem"], issued["chain"])
        return self.held[purpose]


def offered(api: Api, keys: Keys) -> dict[str, Any]:
    """A certificate with the proof that its key is at hand, as enrolment takes it."""
    asked = api.call("registry.possession_challenge", pem=keys.pem)
    if asked["wrapped"] is None:
        algorithm, signature = certificates.sign(keys.key, _POSSESSION + b"\n" + asked["challenge"].encode())
        proof = {"challenge": asked["challenge"], "algorithm": algorithm, "signature": b64url(signature)}
    else:
        if not isinstance(keys.key, rsa.RSAPrivateKey):
            raise TypeError("only an RSA key unwraps")
        oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), _POSSESSION)
        secret = keys.key.decrypt(from_b64url(asked["wrapped"]), oaep)
        proof = {"challenge": asked["challenge"], "secret": b64url(secret)}
    return {"pem": keys.pem, "chain": keys.chain, "proof": proof}


@dataclass
class Cast:
    """Everybody by the key of the input, organisations' ids, and the folder where keys are kept."""

    data: Mapping[str, Any]
    folder: Path
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.data["people"]:
            self.people[each["key"]] = Person(each["key"], each["name"], each["org"], tuple(each["roles"]))
        for each in self.data["experts"]:
            self.people[each["key"]] = Person(each["key"], each["name"], None, ("expert",))
        self.people["admin"] = Person("admin", "演练管理员", "centre", ("registry.admin",))

    def __getitem__(self, handle: str) -> Person:
        return self.people[handle]

    def agent(self, supplier: str) -> Person:
        """Who acts for a supplier."""
        return self.people[f"agent-{supplier}"]

    def of(self, organisation: str) -> list[Person]:
        """The people of an organisation, without the administrator."""
        return [each for each in self.people.values() if each.organisation == organisation and each.handle != "admin"]

    @property
    def experts(self) -> list[Person]:
        """The experts of the library."""
        return [each for each in self.people.values() if each.roles == ("expert",)]

    def name_of(self, organisation: str) -> str:
        """What an organisation is called."""
        return str(self.organisation(organisation)["name"])

    def organisation(self, key: str) -> Mapping[str, Any]:
        """An organisation as the input describes it."""
        found: Mapping[str, Any] = next(each for each in self.data["organisations"] if each["key"] == key)
        return found

    @cached_property
    def suppliers(self) -> list[str]:
        """Keys of the suppliers."""
        return [each["key"] for each in self.data["organisations"] if each["kind"] == "supplier"]

    def supplier_of(self, organisation_id: str) -> str:
        """The key of the supplier with this id."""
        return next(key for key, known in self.organisations.items() if known == organisation_id)

    def who(self, person_id: str) -> Person:
        """The person with this id."""
        return next(each for each in self.people.values() if each.person_id == person_id)

    # kept for the next time

    def save(self) -> None:
        """Keep keys and ids, readable by the owner alone."""
        kept = {
            "organisations": self.organisations,
            "people": {key: {"person_id": each.person_id, "held": _kept(each)} for key, each in self.people.items()},
        }
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(self.folder / "keys.json", json.dumps(kept, ensure_ascii=False, indent=1).encode())

    def load(self) -> bool:
        """Take up what an earlier rehearsal kept; whether there was anything."""
        file = self.folder / "keys.json"
        if not file.exists():
            return False
        kept = json.loads(file.read_text("utf-8"))
        self.organisations = kept["organisations"]
        for handle, told in kept["people"].items():
            person = self.people[handle]
            person.person_id = told["person_id"]
            person.held = {
                purpose: Keys(certificates.load_private_key(each["key"].encode()), each["pem"], each["chain"])
                for purpose, each in told["held"].items()
            }
        return True


def _kept(person: Person) -> dict[str, Any]:
    return {
        purpose: {"key": certificates.private_key_pem(keys.key).decode(), "pem": keys.pem, "chain": keys.chain}
        for purpose, keys in person.held.items()
    }


def read_issued(folder: Path, stem: str) -> Iterable[tuple[str, Keys]]:
    """Purpose and keys out of the files `services.registry.authority issue` writes."""
    for purpose in (SIGNING, ENCRYPTION):
        pems = (folder / f"{stem}-{purpose}.pem").read_text("ascii").split("-----END CERTIFICATE-----\n")
        whole = [f"{each}-----END CERTIFICATE-----\n" for each in pems if each.strip()]
        key = certificates.load_private_key((folder / f"{stem}-{purpose}.key").read_bytes())
        yield purpose, Keys(key, whole[0], whole[1:])
