"""The department's transparency log in its own database.

| file | does |
|---|---|
| `store_tables` | the tables |
| `ledger` | positions, tree nodes, proofs, checkpoints |
| `witnessing` | judges and keeps the others' checkpoints, raises alarms |
| `reading` | who sees what of an entry; entries with proofs; a whole log as lines |
| `events` | what is announced: `checkpoint_made`, `log_alarm` |
| `entrypoints` | what every department answers, hears and does by the clock about logs |
| `export` | a whole log into a file, by an operator |

The arithmetic is in `services.protocol.log`; nothing here computes a hash.
"""
