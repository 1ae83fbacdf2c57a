"""JSON logs, one object a line on standard error, with the trace id of the call at hand.

No field of a call, no token and no answer is ever logged: methods, subjects, outcomes, trace ids and errors are.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def set_up(department: str, level: str) -> None:
    """Send every logger's lines through one JSON formatter."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    warnings.simplefilter("default")
    logging.getLogger("nameko").setLevel(logging.ERROR)  # refusals are answers, not errors; bugs come at this level
    logging.getLogger("amqp").setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(department=department)


def trace(trace_id: str) -> None:
    """Put this trace id on the lines of the call at hand."""
    structlog.contextvars.bind_contextvars(trace_id=trace_id)
