"""`sunshine seal`: a price sheet and files become ciphertext on this machine; with `--sheet`, without any network.

    FOLDER/price.sealed, files.sealed     what is uploaded
           manifest.json, signed.json     what is submitted
           sheet.json                     the sealing sheet it was sealed under
           keepsake.json                  mode 0600: the supplier's own shares, secret until the opening
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import IO, Any

import click

from gateway.cli import VERSION, state
from gateway.cli.desk import Desk, read_object, write_file
from gateway.cli.ending import USAGE, Stop
from gateway.cli.spoken import command, keys_options, option
from gateway.cli.words import say
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing import seal as sealing
from services.protocol.sealing.container import SourceFile
from services.protocol.sealing.sheet import SealingSheet

PRICE, FILES, MANIFEST, SIGNED = "price.sealed", "files.sealed", "manifest.json", "signed.json"
SHEET, KEEPSAKE, RECEIPT = "sheet.json", "keepsake.json", "receipt.json"


@command("seal")
@click.argument("price", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False))
@option("--lot", metavar="ID", help="option.lot")
@option("--sheet", type=click.Path(exists=True, dir_okay=False), help="option.sheet")
@option("--supplier", metavar="ID", help="option.supplier")
@option("--bid", metavar="ID", help="option.bid")
@option("--output", "-o", type=click.Path(file_okay=False), required=True, help="option.output_folder")
@keys_options
def seal(desk: Desk, price: str, files: tuple[str, ...], lot: str | None, sheet: str | None, supplier: str | None,
         bid: str | None, output: str, certificate: str | None, key: str | None,
         passphrase_file: IO[bytes] | None) -> None:
    """Seal, sign, and keep everything in a folder."""
    folder = _empty(Path(output))
    published = SealingSheet(_sheet(desk, lot, sheet))
    if lot is not None and lot != published.lot:
        raise Stop(USAGE, "sheet_of_another_lot", say("sheet_of_another_lot", lot=published.lot))
    supplier = supplier or str(desk.who().get("organisation_id") or "")
    offered = _price(read_object(price, exact=True), published.lot, supplier)
    signer = desk.signer(certificate, key, passphrase_file)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / PRICE).open("wb") as price_into, (folder / FILES).open("wb") as files_into, \
            desk.screen.progress(say("sealing")) as advance:  # fmt: skip
        made = sealing.seal(
            published, bid=bid or str(uuid.uuid4()), supplier=supplier, price_sheet=offered,
            files=[SourceFile.at(Path(each)) for each in files], price_into=price_into, files_into=files_into,
            about={"program": f"sunshine {VERSION}"}, progress=advance,
        )  # fmt: skip
    write_file(folder / SHEET, published.content)
    state.write_json(folder / KEEPSAKE, made.keepsake)
    write_file(folder / SIGNED, manifests.sign(made.manifest, signer.key, signer.pem))
    write_file(folder / MANIFEST, made.manifest)
    told = {
        "folder": str(folder), "bid": made.manifest["bid"], "lot": published.lot, "deadline": published.deadline,
        "manifest_digest": manifests.digest(made.manifest), "price": made.manifest["price"],
        "files": made.manifest["files"],
    }  # fmt: skip
    desk.screen.tell(told, say("sealed", folder=folder, deadline=published.deadline),
                     say("keepsake_kept", file=folder / KEEPSAKE))  # fmt: skip


def _empty(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()):
        raise Stop(USAGE, "folder_not_empty", say("folder_not_empty", folder=folder))
    return folder


def _sheet(desk: Desk, lot: str | None, file: str | None) -> Any:
    """The sealing sheet from a file (the sheet, or the API's answer about the lot), else from the API."""
    if file is not None:
        told = read_object(file, exact=True) if lot is None else read_object(file)
    elif lot is not None:
        told = desk.anybody.get(f"/lots/{lot}")
    else:
        raise Stop(USAGE, "lot_unnamed", say("lot_unnamed"))
    found = told.get("sealing_sheet", told)
    if not isinstance(found, dict):
        raise Stop(USAGE, "no_sheet", say("no_sheet"))
    return found


def _price(told: dict[str, Any], lot: str, supplier: str) -> dict[str, Any]:
    """The price sheet for this lot and supplier; it may leave both out, but not name others."""
    whole = {"lot_id": lot, "supplier_id": supplier, **told}
    for name, wanted in (("lot_id", lot), ("supplier_id", supplier)):
        if whole[name] != wanted:
            raise Stop(USAGE, "price_of_another", say("price_of_another", member=name, told=whole[name]))
    return whole
