"""What the log's checks say; the sentences themselves are in `words.json`."""

from services.protocol.reasons import ProtocolError, Reason, words


def reason(code: str, **figures: object) -> Reason:
    """The sentence of this code with its figures."""
    return Reason(code, words()[code]["en"].format(**figures), **figures)


def error(code: str, **figures: object) -> ProtocolError:
    """The same, to be raised."""
    return ProtocolError(code, str(reason(code, **figures)), **figures)
