"""The opponents of P3 and P4: Flask alone, under the gateway's own gunicorn settings.

`POST /bids` inserts the request's body as one row and commits (PLAIN_DATABASE_URL): the row tendering keeps of a bid,
all its columns under the same indexes, with nothing checked and nothing signed. `GET /<name>` answers the constant in
PLAIN_FOLDER of that name.
"""

from __future__ import annotations

import os
import secrets
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import Column, Identity, Index, MetaData, Table, UniqueConstraint, create_engine, insert

from services.tendering.models import Bid

METADATA = MetaData()
BID = Table(
    "plain_bid",
    METADATA,
    *(
        Column(each.name, each.type, *([Identity(always=True)] if each.identity else []), primary_key=each.primary_key)
        for each in Bid.__table__.columns
    ),
    UniqueConstraint("manifest_digest"),
    Index(
        "uq_plain_bid_live", "lot_id", "supplier_id", unique=True,
        postgresql_where="replaced_at IS NULL AND withdrawn_at IS NULL",
    ),
)  # fmt: skip
LOT = str(uuid.uuid4())
SUPPLIER = {
    "name": "Synthetic Supplies Co., Ltd.", "credit_code": "91220101MA00000000", "size": "small",
    "standing": "admitted",
    "responsible_person": "Synthetic Person", "controllers": ["Synthetic Holding"], "agent": "Synthetic Agent",
    "roles": ["agent"],
}  # fmt: skip
RECEIPT = {
    "receipt": {
        "version": 1, "kind": "bid", "time": "2026-05-31T23:59:59.999999Z", "subject": f"bid:{LOT}",
        "digest": "0" * 64, "leaf": "0" * 64, "log": "sunshine/log/tendering", "promise": "2026-06-01T00:04:59.999999Z",
    },
    "key": "0" * 64, "algorithm": "Ed25519", "signature": "A" * 86,
}  # fmt: skip


def create() -> Flask:
    """The application."""
    app = Flask("plain")
    url = os.environ.get("PLAIN_DATABASE_URL")
    engine = create_engine(url, pool_size=16) if url else None
    folder = Path(os.environ["PLAIN_FOLDER"])
    constants = {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix == ".constant"}

    @app.post("/bids")
    def submit() -> Response:
        assert engine is not None
        given = request.get_json()
        row: dict[str, Any] = {
            "id": str(uuid.uuid4()), "lot_id": LOT, "supplier_id": str(uuid.uuid4()), "supplier": SUPPLIER,
            "agent_id": str(uuid.uuid4()), "manifest": given["manifest"], "signed": given["signed"],
            "manifest_digest": secrets.token_hex(32), "sheet_digest": given["manifest"]["sheet"],
            "received_at": datetime.now(UTC), "receipt": RECEIPT,
        }  # fmt: skip
        with engine.begin() as connection:
            connection.execute(insert(BID), row)
        return jsonify({"bid_id": row["id"], "lot_id": LOT, "receipt": RECEIPT})

    @app.get("/<name>")
    def constant(name: str) -> Response:
        return Response(constants[name], content_type="text/html; charset=utf-8")

    return app


def prepare(url: str) -> None:
    """Make the table."""
    engine = create_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
