"""Sealing, turning, drawing and signing on one's own machine: with the published vectors' keys, without any network."""

from __future__ import annotations

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from services.protocol import canonical, certificates, draw, signatures
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing import turning
from services.protocol.sealing.sheet import SealingSheet
from tests.cli.conftest import Run, signed_in
from tests.cli.edge import Answer, Edge, Request, problem
from tests.cli.people import pem_files
from tests.protocol import sealing_builders as builders

DRAW = Path(draw.__file__).parent / "vectors" / "draw.json"


def seal(run: Run, folder: Path, *more: object, price: dict[str, Any] | None = None) -> Any:
    (folder / "price.json").write_text(json.dumps(price or {"price": "7980000.00"}), "utf-8")
    (folder / "技术方案.txt").write_text("synthetic\n" * 5000)
    (folder / "sheet.json").write_text(json.dumps({"sealing_sheet": builders.sheet_of().content}))
    return run("seal", folder / "price.json", folder / "技术方案.txt", "--sheet", folder / "sheet.json",
               "--supplier", "supplier-1", "-o", folder / "bid", *pem_files(folder), *more, "--json")  # fmt: skip


def test_what_is_sealed_offline_opens_for_all_seats_together_and_is_signed(run: Run, tmp_path: Path) -> None:
    told = seal(run, tmp_path)
    assert told.status == 0, told.out
    bid = tmp_path / "bid"
    manifest, signed = (json.loads((bid / f"{name}.json").read_text()) for name in ("manifest", "signed"))
    assert manifests.faults(manifest, builders.sheet_of()) == []
    assert manifests.signature_faults(manifest, signed) == []
    sealed = builders.Sealed(builders.sheet_of(), manifest, {}, (bid / "price.sealed").read_bytes(),
                             (bid / "files.sealed").read_bytes())  # fmt: skip
    opened = sealed.opened()
    assert opened.price_sheet == {"price": "7980000.00", "lot_id": "lot-1", "supplier_id": "supplier-1"}
    assert list(builders.open_files(sealed, opened.key)) == ["技术方案.txt"]
    two_seats = sealed.faulty(sealed.posted("centre", "purchaser"))
    assert two_seats.seats == ("supervisor",)
    assert stat.S_IMODE((bid / "keepsake.json").stat().st_mode) == 0o600
    assert run("verify", bid / "signed.json", bid / "manifest.json").status == 0


WRONG = [
    ({"price": "1", "supplier_id": "somebody-else"}, (), "price_of_another"),
    ({"price": "1"}, ("--lot", "another-lot"), "sheet_of_another_lot"),
    ({"price": 1.5}, (), "file_no_json"),
]


@pytest.mark.parametrize(("price", "more", "code"), WRONG, ids=[each[2] for each in WRONG])
def test_what_cannot_be_sealed_leaves_no_folder(
    run: Run, tmp_path: Path, price: dict[str, Any], more: tuple[str, ...], code: str
) -> None:
    told = seal(run, tmp_path, *more, price=price)
    assert (told.status, told.error["code"]) == (2, code)
    assert not (tmp_path / "bid").exists()


def test_a_folder_that_holds_a_bid_is_never_written_over(run: Run, tmp_path: Path) -> None:
    seal(run, tmp_path)
    before = (tmp_path / "bid" / "manifest.json").read_bytes()
    assert seal(run, tmp_path).error["code"] == "folder_not_empty"
    assert (tmp_path / "bid" / "manifest.json").read_bytes() == before


def test_a_changed_ciphertext_is_not_handed_in(edge: Edge, run: Run, tmp_path: Path) -> None:
    seal(run, tmp_path)
    with (tmp_path / "bid" / "files.sealed").open("ab") as file:
        file.write(b"x")
    signed_in(edge.url)
    told = run("submit", tmp_path / "bid", "--json")
    assert (told.status, told.error["code"], edge.heard) == (1, "sealed_otherwise", [])


LIVE = {"id": "another-bid", "replaced_at": None, "withdrawn_at": None}


@pytest.mark.parametrize(
    ("command", "bids", "code"), [("submit", [LIVE], "bid_there"), ("replace", [], "nothing_to_replace")]
)
def test_submitting_never_replaces_and_replacing_needs_something(
    edge: Edge, run: Run, tmp_path: Path, command: str, bids: list[Any], code: str
) -> None:
    seal(run, tmp_path)
    signed_in(edge.url)
    edge.answers(Answer(200, {"bids": bids}))
    told = run(command, tmp_path / "bid", "--json")
    assert (told.status, told.error["code"]) == (3, code)
    assert {each.method for each in edge.heard} == {"GET"}


def test_a_bid_is_withdrawn_only_when_asked_for(edge: Edge, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(edge.url)
    monkeypatch.setattr("sys.stdin", StringIO(""))
    assert run("withdraw", "lot-1").status == 130  # nobody answers the question
    assert edge.heard == []


def holder_files(folder: Path, seat: str) -> tuple[list[object], str]:
    """The options that name a vector holder's encryption key, and its fingerprint."""
    told = builders.sheet_of().holders(seat)[0]
    (folder / f"{seat}.pem").write_text(told["certificate"])
    (folder / f"{seat}.key").write_bytes(certificates.private_key_pem(builders.holder_key(told["fingerprint"])))
    named = ["--encryption-certificate", folder / f"{seat}.pem", "--encryption-key", folder / f"{seat}.key"]
    return named, told["fingerprint"]


def test_keys_are_turned_without_a_network_and_open_the_bids(edge: Edge, run: Run, tmp_path: Path) -> None:
    bids = [builders.seal_bid(bid=f"bid-{n}", supplier=f"supplier-{n}") for n in range(3)]
    sheet = {"sheet": builders.sheet_of().content}
    first = {"sheets": [sheet], "manifests": [bids[0].manifest, bids[1].manifest], "next": "c"}
    posted: dict[str, dict[str, list[bytes | None]]] = {}

    def house(request: Request) -> Answer:
        if request.method == "POST":
            turned, signed = request.json["turned"], request.json["signed"]
            by_id = {one.manifest["bid"]: one.manifest for one in bids}
            assert turning.faults(turned, builders.sheet_of(), by_id) == []
            assert turning.signature_faults(turned, signed) == []
            for each in turned["shares"]:
                posted.setdefault(each["bid"], {})[turned["seat"]] = [turning.share_of(each)]
            return Answer(200, {"short": [], "waiting_for": ["supervisor"]})
        second = {"sheets": [sheet], "manifests": [bids[2].manifest], "next": None}
        return Answer(200, second if "after=c" in request.path else first)

    edge.answers(house)
    signed_in(edge.url)
    shares, turned = tmp_path / "shares.json", tmp_path / "turned.json"
    for seat in ("centre", "purchaser", "supervisor"):
        named, _ = holder_files(tmp_path, seat)
        assert run("turn", "lot-1", "--fetch", shares).status == 0
        heard = len(edge.heard)
        made = run("turn", "lot-1", "--shares", shares, "--turned", turned, *named, *pem_files(tmp_path))
        assert (made.status, len(edge.heard)) == (0, heard)
        told = run("turn", "lot-1", "--post", turned)
        assert "The shares of 3 bids are posted" in told.out
    assert [one.opened(posted[one.manifest["bid"]]).price_sheet for one in bids] == [builders.PRICE] * 3


def test_a_share_of_another_lot_is_not_unwrapped(run: Run, tmp_path: Path) -> None:
    told = builders.seal_bid(on=builders.sheet_of("lot-2"))
    (tmp_path / "shares.json").write_text(
        json.dumps({"sheets": [{"sheet": told.sheet.content}], "manifests": [told.manifest]})
    )
    named, _ = holder_files(tmp_path, "centre")
    ran = run("turn", "lot-1", "--shares", tmp_path / "shares.json", "--turned", tmp_path / "t.json", *named,
              *pem_files(tmp_path), "--json")  # fmt: skip
    assert (ran.status, ran.error["code"]) == (2, "sheet_of_another_lot")
    assert not (tmp_path / "t.json").exists()


def test_a_nonce_waits_here_between_commitment_and_reveal_and_is_never_replaced(
    edge: Edge, run: Run, home: Path
) -> None:
    pool = "ab" * 32
    standing = {"pool_digest": pool, "round": 1, "seed": None}
    edge.answers(Answer(200, standing))
    signed_in(edge.url)
    committed = [run("draw", "commit", "d-1", "--seat", "centre", "--json").json["commitment"] for _ in range(2)]
    (place,) = (home / "nonces").iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert run("draw", "reveal", "d-1", "--seat", "centre").status == 0
    nonce = edge.heard[-1].json["nonce"]
    assert committed == [draw.commitment(pool, 1, "centre", bytes.fromhex(nonce))] * 2
    assert run("draw", "reveal", "d-1", "--seat", "supervisor", "--json").error["code"] == "nonce_missing"
    edge.answers(problem(403, "forbidden"), Answer(200, {}))  # a seat holder who may not read the draw
    assert run("draw", "reveal", "d-1", "--seat", "centre").status == 0
    assert edge.heard[-1].json["nonce"] == nonce
    edge.answers(Answer(200, {**standing, "pool_digest": "cd" * 32}))
    told = run("draw", "reveal", "d-1", "--seat", "centre", "--json")
    assert (told.status, told.error["code"], edge.heard[-1].method) == (1, "pool_changed", "GET")


def test_a_published_draw_is_replayed_and_a_bent_one_found_out(run: Run, tmp_path: Path) -> None:
    published = json.loads(DRAW.read_text())["transcript"]
    place = tmp_path / "draw.json"
    place.write_text(json.dumps(published))
    assert run("draw", "replay", place).status == 0
    assert run("draw", "replay", place, "--pool-digest", "00" * 32).status == 1
    published["orders"][0]["order"].reverse()
    place.write_text(json.dumps(published))
    bent = run("draw", "replay", place, "--json")
    assert bent.status == 1
    assert "draw_order" in [each["code"] for each in bent.error["objections"]]


def test_nobody_signs_a_digest_that_is_not_the_texts(edge: Edge, run: Run, tmp_path: Path) -> None:
    text = {"no": "C-1", "amount": "8150000.00"}
    contract = {"data": text, "digest": canonical.digest(text), "no": "C-1"}
    signed_in(edge.url)
    edge.answers(Answer(200, {**contract, "data": {**text, "amount": "1.00"}}))
    told = run("sign", "contract", "c-1", "--side", "supplier", "--yes", *pem_files(tmp_path), "--json")
    assert (told.status, told.error["code"], len(edge.heard)) == (1, "digest_of_another", 1)
    edge.answers(Answer(200, contract))
    run("sign", "contract", "c-1", "--side", "supplier", "--yes", *pem_files(tmp_path))
    signed = edge.heard[-1].json["signed"]
    expect = {"what": "contract", "digest": contract["digest"], "about_id": "c-1", "side": "supplier"}
    assert signatures.verify(signed, expect) == []
    assert set(signed["statement"]) == set(expect)


def test_any_file_is_signed_without_a_network_and_verifies(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF synthetic")
    assert run("sign", "file", tmp_path / "letter.pdf", "--what", "letter", "--yes", *pem_files(tmp_path)).status == 0
    pair = (tmp_path / "letter.pdf", tmp_path / "letter.pdf.signed.json")
    assert run("verify", *pair).status == 0
    (tmp_path / "letter.pdf").write_bytes(b"%PDF changed")
    assert run("verify", *pair).status == 1


def test_possession_of_a_holders_key_is_proven_for_its_own_tests_alone(edge: Edge, run: Run, tmp_path: Path) -> None:
    from services.protocol.sealing import holding

    named, fingerprint = holder_files(tmp_path, "supervisor")
    sheet = SealingSheet(builders.sheet_of().content)
    mine = next(one for one in sheet.holders("supervisor") if one["fingerprint"] == fingerprint)
    tests = [holding.ask(mine["certificate"], "lot-1", "supervisor"),
             holding.ask(sheet.holders("centre")[0]["certificate"], "lot-1", "centre")]  # fmt: skip
    told = [{"holder_id": f"h-{number}", "test": test} for number, test in enumerate(tests)]
    edge.answers(Answer(200, {"tests": told}), Answer(200, {}))
    signed_in(edge.url)
    assert run("prove-key", *named, "--json").json == {"proven": ["h-0"]}
    assert holding.verify(tests[0], edge.heard[-1].json["answer"]) == []


def test_marks_go_out_as_they_were_written(edge: Edge, run: Run, tmp_path: Path) -> None:
    marks = [{"bid_id": "b-1", "factor": "technical", "points": "18.5"}]
    (tmp_path / "marks.json").write_text(json.dumps({"marks": marks}))
    (tmp_path / "none.json").write_text("{}")
    edge.answers(Answer(200, {}))
    signed_in(edge.url)
    assert run("score", "draft", "lot-1", tmp_path / "none.json").status == 2
    assert run("score", "draft", "lot-1", tmp_path / "marks.json").status == 0
    (heard,) = edge.heard
    assert (heard.method, heard.json) == ("PUT", {"marks": marks})


