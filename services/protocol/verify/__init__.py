"""`sunshine verify`: is this file what it claims to be? Offline, with reasons, for every kind of file we give out.

| file | shown to be |
|---|---|
| receipt | signed by the department; with an inclusion proof beside it, its promise kept |
| `sunshine.inclusion` | an entry of the log that was signed |
| `sunshine.consistency` | two states of a log that are one history |
| `sunshine.record` | all its entries in the logs of their departments; its documents, each in turn |
| `sunshine.log` (JSON lines) | a whole log, entry by entry, and the checkpoints you kept from before |
| checkpoint | signed by the log, and no other one given or kept says otherwise at the same size |
| draw transcript | the draw, done again; with the record beside it, from the pool that was journalled before |
| signed statement | signed by its certificate, and over which of the other files given |
| anything else | covered by a statement or receipt among the files given |

    from services.protocol.verify import Trust, check
    findings = check([("receipt.json", lines), …], Trust(keys=[…]))

What you trust is yours to say: the logs' keys, the certificate anchors, checkpoints you kept. What could not be asked
for want of one of these is a *caution*, never a silent yes.
"""

from services.protocol.verify.check import Finding, Trust, check

__all__ = ["Finding", "Trust", "check"]
