"""Act four: bids are sealed on the suppliers' machines and handed in; one is replaced, one comes too late."""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

from deploy.rehearsal.entrusting import CLOSES
from deploy.rehearsal.stage import Stage
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing import seal
from services.protocol.sealing.container import SourceFile
from services.protocol.sealing.sheet import SealingSheet

BEGINS = "2026-05-29 09:00"
REPLACED = (1, "s1", "8060000.00")
"""Lot, supplier and the price first offered, before a better one took its place."""
LATE = (2, "s3", "2240000.00")
_ITEMS: dict[tuple[int, str], list[tuple[str, str, str, str]]] = {
    # what the two winners' sheets list: name, quantity, unit, unit price
    (1, "s2"): [("教学服务器", "40", "台", "190000.00"), ("存储阵列", "1", "套", "550000.00")],
    (2, "s5"): [("核心交换机", "4", "台", "260000.00"), ("接入交换机", "130", "台", "8000.00")],
}


@dataclass
class Offer:
    """A sealed bid as its supplier holds it."""

    manifest: dict[str, Any]
    signed: dict[str, Any]
    price: bytes
    files: bytes


def play(stage: Stage) -> None:
    """Every bid of the input is sealed and handed in, in its order."""
    stage.move_to(BEGINS)
    no, supplier, price = REPLACED
    hand_over_bond(stage, no, supplier)
    _hand_in(stage, no, told_of(stage, no, supplier) | {"price": price})
    stage.say(f"lot {no}: {stage.cast.name_of(supplier)} hands in a sealed bid, and will replace it")
    for lot in stage.data["bids"]:
        for told in lot["bids"]:
            if (lot["lot"], told["supplier"]) != (no, supplier):
                hand_over_bond(stage, lot["lot"], told["supplier"])
            _hand_in(stage, lot["lot"], told)
        stage.say(f"lot {lot['lot']}: {len(lot['bids'])} sealed bids are in, each with a signed receipt")
    stage.refuse(
        "the host looking at the bids before the closing", "tendering.bids_of_lot", "zhao", lot_id=stage.lots[1]
    )
    _be_late(stage)


def _be_late(stage: Stage) -> None:
    """The bid is sealed and uploaded in time, and submitted when the deadline has come."""
    no, supplier, price = LATE
    agent = stage.cast.agent(supplier)
    offer = sealed(stage, no, {"supplier": supplier, "price": price, "domestic": True, "brand": "丙牌",
                                "maker_size": "micro"})  # fmt: skip
    upload(stage, supplier, offer)
    stage.move_to(CLOSES)
    stage.refuse(
        f"a bid for lot {no} handed in when the deadline has come", "tendering.submit_bid", agent, "bid_late",
        lot_id=stage.lots[no], manifest=offer.manifest, signed=offer.signed,
    )  # fmt: skip


def told_of(stage: Stage, no: int, supplier: str) -> dict[str, Any]:
    """What the input says of this supplier's bid."""
    lot = next(each for each in stage.data["bids"] if each["lot"] == no)
    return dict(next(each for each in lot["bids"] if each["supplier"] == supplier))


def hand_over_bond(stage: Stage, no: int, supplier: str) -> None:
    """The guarantee that goes with a bid."""
    stage.call(
        "tendering.record_bond", stage.cast.agent(supplier), lot_id=stage.lots[no],
        amount=stage.data["project"]["bid_bond"][f"lot{no}"], form="bank_guarantee",
        number=f"演保-{no}-{supplier}", account=f"演练银行 {supplier}",
    )  # fmt: skip


def price_sheet(stage: Stage, no: int, told: dict[str, Any]) -> dict[str, Any]:
    """The sheet that is read out; words and figures as the input has them."""
    sheet: dict[str, Any] = {
        "lot_id": stage.lots[no], "supplier_id": stage.cast.organisations[told["supplier"]], "price": told["price"],
        "currency": "CNY", "brand": told["brand"], "domestic": told["domestic"], "maker_size": told["maker_size"],
    }  # fmt: skip
    for name in ("words_total", "figures_total"):
        if name in told:
            sheet[name] = told[name]
    if "sheet_words" in told:
        sheet["words"] = sheet["price_words"] = told["sheet_words"]
    items = _ITEMS.get((no, told["supplier"]))
    if items:
        names = ("name", "quantity", "unit", "unit_price")
        sheet["items"] = [
            {**dict(zip(names, each, strict=True)), "specification": "见技术方案", "service": "上门安装，三年维保"}
            for each in items
        ]
    return {name: value for name, value in sheet.items() if value is not None}


def sealed(stage: Stage, no: int, told: dict[str, Any]) -> Offer:
    """A bid with this price and what else was told, sealed for the lot's sheet in force."""
    agent = stage.cast.agent(told["supplier"])
    sheet = SealingSheet(stage.call("tendering.lot", lot_id=stage.lots[no])["sealing_sheet"])
    name = stage.cast.name_of(told["supplier"])
    text = f"{name}\n采购包{no}技术与商务响应（演练用虚构材料）{uuid.uuid4()}\n"
    price_into, files_into = io.BytesIO(), io.BytesIO()
    made = seal.seal(
        sheet, bid=str(uuid.uuid4()), supplier=stage.cast.organisations[told["supplier"]],
        price_sheet=price_sheet(stage, no, told), files=[SourceFile.of("投标文件.txt", text.encode() * 20)],
        price_into=price_into, files_into=files_into,
    )  # fmt: skip
    signed = manifests.sign(made.manifest, agent.key, agent.pem)
    return Offer(made.manifest, signed, price_into.getvalue(), files_into.getvalue())


def upload(stage: Stage, supplier: str, offer: Offer) -> None:
    """Both sealed containers into the store."""
    agent = stage.cast.agent(supplier)
    stage.api.upload(offer.price, agent)
    stage.api.upload(offer.files, agent)


def _hand_in(stage: Stage, no: int, told: dict[str, Any]) -> None:
    supplier = told["supplier"]
    offer = sealed(stage, no, told)
    upload(stage, supplier, offer)
    answer = stage.call(
        "tendering.submit_bid", stage.cast.agent(supplier), lot_id=stage.lots[no], manifest=offer.manifest,
        signed=offer.signed,
    )  # fmt: skip
    stage.bids[no, supplier] = answer["bid_id"]
    stage.keep(f"bids/{no}-{supplier}-receipt.json", answer["receipt"])
    stage.keep(f"bids/{no}-{supplier}-manifest.json", offer.manifest)
    stage.keep(f"bids/{no}-{supplier}-signed.json", offer.signed)
