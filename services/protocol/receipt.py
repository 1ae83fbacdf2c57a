"""A receipt: a department's signed word that it took something at a certain time and will put it in its log.

```
{"receipt": {"version": 1, "kind": "bid", "time": "2026-05-31T23:59:59.999999Z", "subject": "bid:…",
             "digest": "<SHA-256 of what was taken>", "leaf": "<hash of its leaf in the log>",
             "log": "<origin of the log>", "promise": "2026-06-01T00:01:00Z"},
 "key": "<SHA-256 of the department's raw public key>", "algorithm": "Ed25519", "signature": "<base64url>"}
```

`promise` is the moment by which the leaf will be in the log: after it, anyone may ask for the inclusion proof of
`leaf`, and a department that cannot give one has broken its signed word (as in certificate transparency, RFC 9162,
section 4.8).
Signed is the line ``sunshine-receipt-v1``, a line feed, and the canonical JSON of `receipt`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url, from_b64url, is_digest, is_moment
from services.protocol.reasons import ProtocolError, Reason

PREFIX = b"sunshine-receipt-v1\n"
VERSION = 1
MEMBERS = ("version", "kind", "time", "subject", "digest", "leaf", "log", "promise")
SIGNED_MEMBERS = ("receipt", "key", "algorithm", "signature")


def issue(private_key: Ed25519PrivateKey, *, kind: str, time: str, subject: str, digest: str, leaf: str, log: str,
          promise: str) -> dict[str, Any]:
    """Sign a receipt. `digest` and `leaf` are SHA-256 hex, `time` and `promise` ISO 8601 UTC ending in Z.

    Raises `ProtocolError` (`receipt_malformed`).
    """
    content = {"version": VERSION, "kind": kind, "time": time, "subject": subject, "digest": digest, "leaf": leaf,
               "log": log, "promise": promise}
    found = _shape_faults(content)
    if found:
        raise ProtocolError(found[0].code, str(found[0]), **found[0].figures)
    algorithm, signature = certificates.sign(private_key, PREFIX + canonical(content))
    return {"receipt": content, "key": key_id(private_key.public_key()), "algorithm": algorithm,
            "signature": b64url(signature)}


def verify(signed: Any, public_key: Ed25519PublicKey | str, expect: Mapping[str, Any] | None = None) -> list[Reason]:
    """Why the receipt is not the department's word; empty means it is.

    `public_key` is the department's Ed25519 key, or its PEM text (SubjectPublicKeyInfo). `expect` names members that
    must have exactly these values (`kind` and the `digest` of what was handed in, above all).
    """
    if not isinstance(signed, Mapping) or set(signed) != set(SIGNED_MEMBERS):
        return [Reason("receipt_malformed", f"a signed receipt has exactly the members {', '.join(SIGNED_MEMBERS)}")]
    content = signed["receipt"]
    found = _shape_faults(content)
    if found:
        return found
    key = load_public_key(public_key) if isinstance(public_key, str) else public_key
    if signed["key"] != key_id(key):
        found.append(Reason("receipt_other_key", "the receipt was signed with another key than the department's"))
    for name, value in (expect or {}).items():
        if content.get(name) != value:
            found.append(Reason("receipt_differs", f"the receipt's {name} is not the expected one", member=name))
    try:
        certificates.verify_with_key(key, PREFIX + canonical(dict(content)), from_b64url(signed["signature"]),
                                     signed["algorithm"])
    except ProtocolError as error:
        found.append(error.reason)
    return found


def key_id(key: Ed25519PublicKey) -> str:
    """SHA-256 (hex) of the 32 raw bytes of a department's public key."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def load_public_key(pem: str) -> Ed25519PublicKey:
    """A department's public key from PEM. Raises `ProtocolError` (`public_key_malformed`)."""
    try:
        key = serialization.load_pem_public_key(pem.encode("ascii"))
    except ValueError as error:
        raise ProtocolError("public_key_malformed", "this is not an Ed25519 public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ProtocolError("public_key_malformed", "this is not an Ed25519 public key in PEM")
    return key


def _shape_faults(content: Any) -> list[Reason]:
    if not isinstance(content, Mapping) or set(content) != set(MEMBERS) or content["version"] != VERSION:
        return [Reason("receipt_malformed", f"a receipt has exactly the members {', '.join(MEMBERS)}")]
    texts = ("kind", "time", "subject", "log", "promise")
    wrong = [name for name in texts if not isinstance(content[name], str) or not content[name]]
    wrong += [name for name in ("time", "promise") if name not in wrong and not is_moment(content[name])]
    wrong += [name for name in ("digest", "leaf") if not is_digest(content[name])]
    return [Reason("receipt_member", f"the receipt's {name} is malformed", member=name) for name in wrong]
