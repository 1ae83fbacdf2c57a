"""The open protocols: what an outsider must be able to compute alone.

Everything here works without the suite, its databases and its network: canonical JSON, signatures by
certificate, sealed bids, the transparency log, the draw of experts, receipts. It needs the standard library and
`cryptography`, nothing else; the draw needs the standard library alone. The `sunshine` command line ships it, the
departments import it, and an auditor can read it in an afternoon.

It never touches a database, a clock, a queue or a file it was not handed; it knows no department.

Conventions that hold in every protocol:

* JSON is canonical (`canonical`): RFC 8785 restricted to str, int, bool, None, list and dict with ASCII keys.
* Digests and fingerprints are SHA-256 in lower-case hex; other bytes are base64url without padding (`encoding`).
* Moments are ISO 8601 in UTC with a final ``Z`` and compared as the text that was signed, never reformatted.
* A check that can fail in several ways returns a list of `reasons.Reason` (an English sentence that knows its
  code, so that it can be said in Chinese); empty means yes. A function that cannot do what it was asked raises
  `reasons.ProtocolError`, which carries one `Reason`.
"""
