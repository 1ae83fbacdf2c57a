"""The `sunshine` command line: what people do with a centre, from a terminal or a script, over the public API alone.

It stands by itself: `services.protocol` and four packages (click, rich, httpx, cryptography). Private keys are read
where they lie and never travel; what goes out are certificates, signatures and ciphertext.
"""

from __future__ import annotations

VERSION = "0.1.0"
