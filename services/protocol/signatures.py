"""A detached signed statement: somebody, by certificate, says something about a digest.

Used for evaluation reports, contracts, bid manifests, turned keys and opening records. It can be checked offline.

```
{"statement": {"what": "evaluation_report", "digest": "<hex>", …},
 "signer": "<SHA-256 fingerprint of the certificate, hex>",
 "algorithm": "RSA-PSS-SHA256",
 "signature": "<base64url>",
 "certificate": "-----BEGIN CERTIFICATE-----…"}
```

What is signed is the line ``sunshine-statement-v1``, a line feed, and the canonical JSON of the statement, so that a
signature made for a session's challenge or anything else can never be passed off as a statement.

`build` signs with a key at hand; a smart card or a browser signs `bytes_to_sign(statement)` itself and `assemble`
puts the parts together (and verifies them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.protocol import certificates
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url, from_b64url, is_digest
from services.protocol.reasons import ProtocolError, Reason

PREFIX = b"sunshine-statement-v1\n"
MEMBERS = ("statement", "signer", "algorithm", "signature", "certificate")


def statement(what: str, digest: str, **more: Any) -> dict[str, Any]:
    """A statement about `digest` (SHA-256, hex). `what` names the kind; `more` is anything canonical JSON allows.

    Raises `ProtocolError` (`statement_malformed`, or those of `canonical`).
    """
    made = {**more, "what": what, "digest": digest}
    reasons = _shape(made)
    if reasons:
        raise ProtocolError(reasons[0].code, str(reasons[0]))
    canonical(made)
    return made


def bytes_to_sign(said: Mapping[str, Any]) -> bytes:
    """Exactly the bytes a signature covers."""
    return PREFIX + canonical(dict(said))


def build(said: Mapping[str, Any], private_key: certificates.PrivateKey, certificate_pem: str,
          algorithm: str | None = None) -> dict[str, Any]:
    """Sign a statement with a key at hand. Raises `ProtocolError` if the key is not the certificate's."""
    name, signature = certificates.sign(private_key, bytes_to_sign(said), algorithm)
    return assemble(said, certificate_pem, name, signature)


def assemble(said: Mapping[str, Any], certificate_pem: str, algorithm: str, signature: bytes) -> dict[str, Any]:
    """Put together a signature made elsewhere (card, browser). Raises `ProtocolError` unless it verifies."""
    certificates.verify_signature(certificate_pem, bytes_to_sign(said), signature, algorithm)
    return {
        "statement": dict(said),
        "signer": certificates.fingerprint(certificate_pem),
        "algorithm": algorithm,
        "signature": b64url(signature),
        "certificate": certificate_pem,
    }


def verify(signed: Any, expect: Mapping[str, Any] | None = None, signer: str | None = None) -> list[Reason]:
    """Why the signed statement is not to be believed; empty means it is genuine.

    `expect` names members the statement must have with exactly these values (give at least `what` and `digest`:
    a genuine signature under another statement proves nothing). `signer` is the fingerprint it must come from. Trust in
    the certificate itself is asked separately (`certificates.faults`).
    """
    if not isinstance(signed, Mapping) or set(signed) != set(MEMBERS):
        return [Reason("statement_malformed", f"a signed statement has exactly the members {', '.join(MEMBERS)}")]
    said = signed["statement"]
    found = _shape(said)
    if found:
        return found
    for name, value in (expect or {}).items():
        if name not in said or said[name] != value or type(said[name]) is not type(value):
            found.append(Reason("statement_differs", f"the statement's {name} is not the expected one", member=name))
    try:
        actual = certificates.fingerprint(signed["certificate"])
        if signed["signer"] != actual:
            found.append(Reason("signer_differs", "the fingerprint named is not the certificate's"))
        if signer is not None and signer != actual:
            found.append(Reason("signer_unexpected", "signed by another certificate than the expected one"))
        certificates.verify_signature(signed["certificate"], bytes_to_sign(said), from_b64url(signed["signature"]),
                                      signed["algorithm"])
    except ProtocolError as error:
        found.append(error.reason)
    return found


def _shape(said: Any) -> list[Reason]:
    if not isinstance(said, Mapping) or not isinstance(said.get("what"), str) or not said["what"]:
        return [Reason("statement_malformed", "a statement is an object that names what it is about")]
    if not is_digest(said.get("digest")):
        return [Reason("statement_malformed", "a statement carries the SHA-256 digest of what it is about, in hex")]
    return []
