"""How gunicorn serves the gateway: `gunicorn -c gateway/gunicorn_conf.py gateway.wsgi:app`.

Settings: GATEWAY_PORT, GATEWAY_BIND (address, the loopback unless told), GATEWAY_WORKERS, GATEWAY_THREADS,
GATEWAY_PROCESSORS ("one" for each worker, or "any"). Nothing is loaded before the fork: each worker process opens its
own line to the broker.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

from gateway import processor

bind = f"{os.environ.get('GATEWAY_BIND', '127.0.0.1')}:{os.environ.get('GATEWAY_PORT', '8080')}"
workers = int(os.environ.get("GATEWAY_WORKERS", "2"))
threads = int(os.environ.get("GATEWAY_THREADS", "16"))
worker_class = "gateway.worker.PatientWorker"
preload_app = False
proc_name = "sunshine-gateway"

timeout = 60  # seconds without a sign of life of the worker's main loop, not of a request
graceful_timeout = 20
keepalive = 15
backlog = 512
worker_connections = 1000
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 16_380  # a token and a cookie fit
forwarded_allow_ips = ""  # addresses come from the socket; the application knows how many proxies to believe

errorlog = "-"
accesslog = None
loglevel = "warning"
control_socket_disable = True  # it would lie in the home folder, one for all checkouts

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    # Before prometheus_client is imported anywhere: the worker processes' counts add up in files.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="sunshine-gateway-metrics-")
    _ours = (os.getpid(), os.environ["PROMETHEUS_MULTIPROC_DIR"])
    atexit.register(lambda: shutil.rmtree(_ours[1], ignore_errors=True) if os.getpid() == _ours[0] else None)
_one_each = os.environ.get("GATEWAY_PROCESSORS", "one") == "one" and hasattr(os, "sched_setaffinity")


def pre_fork(server: Any, worker: Any) -> None:
    """In the master, which knows where the others are."""
    if _one_each:
        worker.processor = processor.least_used(each.processor for each in server.WORKERS.values())


def post_fork(server: Any, worker: Any) -> None:
    """In the worker, before it has threads."""
    if _one_each:
        processor.keep_to(worker.processor)


def child_exit(server: Any, worker: Any) -> None:
    """A worker process ended: its gauges no longer count."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
