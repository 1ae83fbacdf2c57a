"""The transparency log: what an outsider needs to check that a record was not rewritten.

| file | answers |
|---|---|
| `tree` | the Merkle tree of RFC 9162: hashes, growing, proofs and their verification |
| `note` | signed notes (C2SP signed-note): a text and the Ed25519 signatures under it |
| `checkpoint` | what a log signs: origin, size, root, time (C2SP tlog-checkpoint) |
| `witness` | may this new checkpoint follow the one I hold: accepted, fork, rollback, forged? |
| `verify` | the offline verifier: entries, checkpoints, whole exported logs |

Standard library and `cryptography` only. A hash is `bytes` of 32 inside and lower-case hex in our JSON; the lines of
notes and checkpoints keep the base64 their formats ask for. Checks answer a list of `Reason`; empty means yes.
"""
