"""The published wire format: what evaluation accepts, says, hears and announces."""

from services.evaluation.schemas import accepted, announced, heard, said

__all__ = ["accepted", "announced", "heard", "said"]
