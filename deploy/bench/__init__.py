"""How fast is it, against what a careful engineer would otherwise have taken?

    python -m deploy.bench            every measurement
    python -m deploy.bench P1 P2      these

Each measurement is a file (`p01.py`, …; `log_cost.py` is LOG) with a function `measure(ground)` that answers a
`Measured`, or several. It is a ratio: ours and the
opponent take turns on the same machine in the same run, five rounds, and the medians are compared. Everything runs on a
private broker and a private, durable PostgreSQL that start for the run and end with it.
"""
