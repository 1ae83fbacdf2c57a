"""The opponents of P3 and P4: Flask alone, under the gateway's own gunicorn settings.

`POST /bids` inserts the request's body as one row and commits (PLAIN_DATABASE_URL); `GET /<name>` answers the constant
in PLAIN_FOLDER of that name.
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, jsonify, request
from sqlalchemy import JSON, Column, DateTime, MetaData, String, Table, create_engine, insert

METADATA = MetaData()
BID = Table(
    "plain_bid",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("manifest", JSON, nullable=False),
    Column("signed", JSON, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
)


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
        row = {
            "id": str(uuid.uuid4()), "manifest": given["manifest"], "signed": given["signed"],
            "received_at": datetime.now(UTC),
        }  # fmt: skip
        with engine.begin() as connection:
            connection.execute(insert(BID), row)
        return jsonify({"id": row["id"]})

    @app.get("/<name>")
    def constant(name: str) -> Response:
        return Response(constants[name], content_type="text/html; charset=utf-8")

    return app


def prepare(url: str) -> None:
    """Make the table."""
    engine = create_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
