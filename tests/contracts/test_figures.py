"""Any order of the same facts gives the same figures, equal to the plain sum; a full year costs no more an event."""

from __future__ import annotations

import csv
import io
import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, text, update

from deploy.postgres import PostgresServer, plain
from services.chassis.store import Store
from services.chassis.tables import journal
from services.chassis.wire import moment_text
from services.contracts import feed, folding
from services.contracts.models import FigureCell, FigureLot, FigureProject, new_id
from services.contracts.rules import lot_record
from services.contracts.rules.figures import DIMENSIONS, Measures, contribution, percent, plain_sum
from tests.contracts.people import id_of
from tests.contracts.world import World

START = datetime(2026, 1, 5, 2, tzinfo=UTC)
PROCEDURES = ("open_tender", "consultation", "inquiry", "negotiation", "single_source")
SIZES = ("micro", "small", "medium", "large")
Told = tuple[str, str, dict[str, Any]]


def story(number: int, budget: Decimal, amount: Decimal | None, chance: random.Random) -> list[Told]:
    """A synthetic lot's events as (department, event, payload): contracted for `amount`, failed where that is None."""
    lot, project, day = (
        id_of("lot", str(number)),
        id_of("project", str(number)),
        START + timedelta(hours=8 * (number % 1000)),
    )
    supplier, contract = id_of("supplier", str(number % 97)), id_of("contract", str(number))
    notice = {
        "kind": "tender",
        "project_id": project,
        "purchaser_id": id_of("purchaser", str(number % 41)),
        "fiscal_year": 2026,
        "published_at": moment_text(day - timedelta(days=40)),
        "lots": [
            {
                "lot_id": lot,
                "budget": f"{budget:.2f}",
                "ceiling": f"{budget:.2f}",
                "procedure": chance.choice(PROCEDURES),
                "object": chance.choice(("goods", "services", "works")),
                "category": f"A0201{number % 7:02}",
                "reserved_for_small": number % 5 == 0,
            }
        ],
    }
    told: list[Told] = [("tendering", "notice_published", notice)]
    if amount is None:
        failed = {
            "lot_id": lot,
            "project_id": project,
            "stage": "closing",
            "reason": "too_few_bids",
            "at": moment_text(day),
        }
        return [*told, ("tendering", "lot_failed", failed)]
    winner = {
        "lot_id": lot,
        "project_id": project,
        "award_id": id_of("award", str(number)),
        "supplier_id": supplier,
        "supplier_size": chance.choice(SIZES),
        "policies": ["small_supplier"] if number % 3 == 0 else [],
        "amount": f"{amount:.2f}",
    }
    told.append(("contracts", "award_decided", winner | {"decided_at": moment_text(day - timedelta(days=10))}))
    signed = winner | {"contract_id": contract, "signed_at": moment_text(day)}
    told.append(("contracts", "contract_signed", signed))
    half = (amount / 2).quantize(Decimal("0.01"))
    for share in (half, amount - half):
        told.append(("contracts", "payment_made", {"lot_id": lot, "contract_id": contract, "amount": f"{share:.2f}"}))
    if number % 50 == 0:
        more = f"{(amount / 20).quantize(Decimal('0.01')):.2f}"
        supplement = {"lot_id": lot, "contract_id": contract, "kind": "supplement", "amount": more}
        told.append(("contracts", "agreement_in_force", supplement))
    return told


def records(events: list[Told]) -> dict[str, dict[str, Any]]:
    """The lots' records after these events, in this order."""
    known: dict[str, dict[str, Any]] = {}
    for _, name, payload in events:
        for lot, kind, fact in feed.facts(name, payload):
            known[lot] = lot_record.told(known.get(lot) or lot_record.blank(), kind, fact)
    return known


def some_year(chance: random.Random, lots: int) -> list[Told]:
    """A few synthetic lots, some failed, some refused once."""
    told: list[Told] = []
    for number in range(lots):
        budget = Decimal(chance.randrange(1, 10**9)) / 100
        amount = None if number % 4 == 3 else (budget * chance.randrange(50, 101) / 100).quantize(Decimal("0.01"))
        told += story(number, budget, amount or None, chance)
    return told


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), order=st.randoms(use_true_random=False))
def test_any_order_of_the_same_facts_gives_the_same_figures(seed: int, order: random.Random) -> None:
    told = some_year(random.Random(seed), 6)
    straight = plain_sum(records(told).values())
    order.shuffle(told)
    assert plain_sum(records(told).values()) == straight


def test_a_fallen_award_counts_no_more_whichever_is_heard_first() -> None:
    notice, award, *_ = story(1, Decimal("100.00"), Decimal("90.00"), random.Random(1))
    refused = ("contracts", "award_refused", {"lot_id": id_of("lot", "1"), "award_id": award[2]["award_id"]})
    for told in ([notice, award, refused], [refused, award, notice]):
        (record,) = records(told).values()
        measures, _ = contribution(record)
        assert (measures.lots, measures.awarded_lots, measures.award_amount) == (1, 0, Decimal("0.00"))


def test_a_failed_lot_stands_apart_and_adds_nothing_to_the_budget() -> None:
    told = story(1, Decimal("100.00"), None, random.Random(1)) + story(
        2, Decimal("50.00"), Decimal("40.00"), random.Random(2)
    )
    total = plain_sum(records(told).values())[2026, "all", ""]
    assert (total.budget, total.lots, total.failed_budget, total.failed_lots) == (
        Decimal("50.00"),
        1,
        Decimal("100.00"),
        1,
    )
    assert (total.saved, total.saved_percent) == (Decimal("10.00"), Decimal("20.0"))


def test_a_payment_heard_before_its_contract_is_not_lost() -> None:
    told = story(1, Decimal("100.00"), Decimal("90.01"), random.Random(1))
    early = [each for each in told if each[1] == "payment_made"] + [each for each in told if each[1] != "payment_made"]
    assert plain_sum(records(early).values())[2026, "all", ""].paid == Decimal("90.01")


def test_the_year_and_month_are_beijings() -> None:
    told = story(0, Decimal("100.00"), Decimal("90.00"), random.Random(1))
    for name, payload in ((name, payload) for _, name, payload in told):
        if name == "contract_signed":
            payload["signed_at"] = "2026-12-31T16:30:00Z"
    cells = plain_sum(records(told).values())
    assert (2027, "month", "2027-01") in cells


# --- a synthetic year in the shape of the published one ---------------------------------------------------------------

LOTS, BUDGET, CONTRACTS = 1010, Decimal("1510000000.00"), Decimal("1430000000.00")


def published_year() -> list[Told]:
    """1,010 synthetic contracts of one lot each: budget 1.51 bn yuan, contracts 1.43 bn; and 37 failed lots besides."""
    chance = random.Random(20260917)
    weights = [Decimal(chance.randrange(1, 10_000)) for _ in range(LOTS)]
    budgets = _shares(BUDGET, weights)
    amounts = _shares(CONTRACTS, budgets)
    told = [each for n in range(LOTS) for each in story(n, budgets[n], amounts[n], chance)]
    for n in range(LOTS, LOTS + 37):
        told += story(n, Decimal("123456.78"), None, chance)
    return told


def _shares(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Divide by weights with another arithmetic than the code under test: the rest goes to the last."""
    whole = sum(weights)
    parts = [(total * weight / whole).quantize(Decimal("0.01")) for weight in weights[:-1]]
    return [*parts, total - sum(parts)]


SUMMED = ("contracts", "contract_amount", "contracted_budget", "failed_lots", "failed_budget", "paid", "supplements")


def added_up(told: list[Told]) -> dict[str, dict[str, tuple[Decimal, ...]]]:
    """Dimension → key → the sums, added up from the events with nothing of the department's own arithmetic."""
    lots = {lot["lot_id"]: (notice, lot) for _, name, notice in told if name == "notice_published"
            for lot in notice["lots"]}  # fmt: skip
    ends = {each["lot_id"]: (name, each) for _, name, each in told if name in ("contract_signed", "lot_failed")}
    more: dict[tuple[str, str], Decimal] = {}
    for _, name, each in told:
        if name in ("payment_made", "agreement_in_force"):
            more[name, each["lot_id"]] = more.get((name, each["lot_id"]), Decimal(0)) + Decimal(each["amount"])
    sums: dict[str, dict[str, list[Decimal]]] = {}
    for lot_id, (notice, lot) in lots.items():
        name, end = ends[lot_id]
        signed = name == "contract_signed"
        day = datetime.fromisoformat(end["signed_at" if signed else "at"]) + timedelta(hours=8)
        budget = Decimal(lot["budget"])
        worth = [Decimal(1), Decimal(end["amount"]), budget, Decimal(0), Decimal(0)] if signed else [
            Decimal(0), Decimal(0), Decimal(0), Decimal(1), budget]  # fmt: skip
        worth += [more.get((kind, lot_id), Decimal(0)) for kind in ("payment_made", "agreement_in_force")]
        reserved = ["reserved_for_small"] if lot["reserved_for_small"] else ["none"]
        keys = {
            "all": [""], "month": [f"{day:%Y-%m}"], "procedure": [lot["procedure"]], "object": [lot["object"]],
            "category": [lot["category"]], "purchaser": [notice["purchaser_id"]], "fiscal_year": ["2026"],
            "supplier_size": [end["supplier_size"] if signed else "none"],
            "policy": (end["policies"] if signed else []) or reserved,
        }  # fmt: skip
        for dimension, named in keys.items():
            for key in named:
                cell = sums.setdefault(dimension, {}).setdefault(key, [Decimal(0)] * len(SUMMED))
                cell[:] = [one + other for one, other in zip(cell, worth, strict=True)]
    return {dimension: {key: tuple(cell) for key, cell in cells.items()} for dimension, cells in sums.items()}


def tell(world: World, told: list[Told]) -> None:
    """Write the events down as the department would, in bulk: its own in the journal, the others' as heard."""
    rows = []
    with world.direct.runtime.engines.writing() as session:
        for place, (department, name, payload) in enumerate(told):
            row = {
                "id": new_id(),
                "time": world.time,
                "actor": "test",
                "event": name,
                "version": 1,
                "subject": f"test:{place}",
                "seq": 1,
                "after": {},
                "payload": payload,
                "salt": "00" * 16,
                "leaf": bytes(32),
                "public": True,
                "relay": False,
            }
            if department == feed.OURS:
                rows.append(row)
            feed.note(session, str(row["id"]), department, name, payload, world.time)
        session.execute(insert(journal), rows)
        session.commit()


def fold_all(world: World) -> None:
    while world.direct.tick("fold_figures"):
        pass


def test_a_synthetic_year_like_the_published_one_comes_out_to_the_fen(world: World) -> None:
    told = published_year()
    random.Random(7).shuffle(told)
    tell(world, told)
    fold_all(world)

    (total,) = world.call("figures", year=2026)["rows"]
    assert (total["projects"], total["contracts"], total["failed_lots"]) == (1010, 1010, 37)
    assert (total["contracted_budget"], total["contract_amount"]) == ("1510000000.00", "1430000000.00")
    assert (total["saved"], total["saved_percent"]) == ("80000000.00", "5.3")
    assert total["paid"] == "1430000000.00"
    assert total["failed_budget"] == f"{37 * Decimal('123456.78'):.2f}"

    expected = plain_sum(records(told).values())
    with world.direct.runtime.engines.reading() as session:
        kept = folding.cells(session)
    assert {cell: measures for cell, (_, measures) in kept.items()} == expected
    for dimension in ("month", "procedure", "object", "category", "purchaser", "supplier_size", "fiscal_year"):
        rows = world.call("figures", year=2026, dimension=dimension)["rows"]
        assert sum(Decimal(each["contract_amount"]) for each in rows) == CONTRACTS, dimension
        assert sum(each["failed_lots"] for each in rows) == 37, dimension

    for dimension, summed in added_up(told).items():
        rows = world.call("figures", year=2026, dimension=dimension)["rows"]
        shown = {each["key"]: tuple(Decimal(str(each[name])) for name in SUMMED) for each in rows}
        assert shown == summed, dimension

    rebuilt = world.call("rebuild_figures", "chen")
    assert rebuilt["changed"] == 0, "made anew from the journals, no cell is different"
    assert rebuilt["lots"] == 1047
    with world.direct.runtime.engines.reading() as session:
        assert folding.cells(session) == kept
    _files_say_the_same(world, total)


def _files_say_the_same(world: World, total: dict[str, Any]) -> None:
    store = Store(world.direct.runtime.settings.store_url)
    made = world.call("figures_file", year=2026, format="csv")
    text = b"".join(store.open(made["digest"])).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["统计维度"] == "全年"
    assert (rows[0]["合同金额（元）"], rows[0]["节约金额（元）"]) == (total["contract_amount"], total["saved"])
    by_dimension: dict[str, list[Decimal]] = {}
    for each in rows:
        by_dimension.setdefault(each["统计维度"], []).append(Decimal(each["合同金额（元）"]))
    assert len(by_dimension) == len(DIMENSIONS)
    assert len(by_dimension["按采购人"]) == 41
    assert {sum(each) for name, each in by_dimension.items() if "政策" not in name} == {CONTRACTS}

    made = world.call("figures_file", year=2026, format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(store.open(made["digest"]))))
    assert book.sheetnames[0] == "全年"
    head, body = (list(row) for row in book["全年"].iter_rows(values_only=True))
    values = dict(zip(head, body, strict=True))
    assert values["分类"] == "合计"
    assert values["节约金额（元）"] == 80_000_000
    assert len(book.sheetnames) == len(DIMENSIONS)
    assert book["按月"].max_row > 10
    for sheet in book.sheetnames:
        titles, *lines = ([str(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True))
        cells = [Decimal(line[titles.index("合同金额（元）")]) for line in lines]
        assert cells == by_dimension[sheet], sheet


def test_a_wrong_cell_is_found_and_mended_by_the_rebuild(world: World) -> None:
    tell(world, some_year(random.Random(3), 5))
    fold_all(world)
    with world.direct.runtime.engines.writing() as session:
        session.execute(update(FigureCell).where(FigureCell.dimension == "all").values(paid=FigureCell.paid + 1))
        session.commit()
    assert world.call("rebuild_figures", "chen")["changed"] == 1
    assert world.call("rebuild_figures", "chen")["changed"] == 0
    with world.direct.runtime.engines.writing() as session:
        kept = folding.cells(session)
        for table in (FigureCell, FigureLot, FigureProject):
            session.execute(delete(table))
        session.commit()
    assert world.call("figures", year=2026)["rows"] == []
    assert world.call("rebuild_figures", "chen")["changed"] == len(kept), "out of the journals alone"
    with world.direct.runtime.engines.reading() as session:
        assert folding.cells(session) == kept


def test_a_fact_costs_as_much_in_a_full_year_as_on_its_first_day(world: World, postgres: PostgresServer) -> None:
    """Statements, rows they bring or change, and rows PostgreSQL looks at for them (its own counters)."""

    def cost(told: list[Told]) -> tuple[int, int, int]:
        tell(world, told)
        seen: list[int] = []

        def note(connection: Any, cursor: Any, *rest: Any) -> None:
            seen.append(max(cursor.rowcount, 0))

        engine = world.direct.runtime.engines.writer
        looked = rows_looked_at(world)
        event.listen(engine, "after_cursor_execute", note)
        try:
            fold_all(world)
        finally:
            event.remove(engine, "after_cursor_execute", note)
        return len(seen), sum(seen), rows_looked_at(world) - looked

    chance = random.Random(5)
    first = cost(story(5000, Decimal("10.00"), Decimal("9.00"), chance))
    cost(some_year(chance, 300))
    database = world.direct.runtime.engines.writer.url.database
    with psycopg.connect(plain(postgres.url()), dbname=database, autocommit=True) as owner:
        owner.execute("ANALYZE")  # as autovacuum does in its own time; the department itself may not
    later = cost(story(5001, Decimal("10.00"), Decimal("9.00"), chance))
    assert later[0] == first[0]
    assert later[1] <= first[1] + 20
    assert later[2] <= first[2] + 200, "not the year's thousands of facts again"


def rows_looked_at(world: World) -> int:
    """Rows read from the department's tables by scans and by indexes, so far, as PostgreSQL counts them.

    A connection tells its counts when it ends, and else when it pleases: so all are ended first.
    """
    engines = world.direct.runtime.engines
    engines.close()
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    with engines.reading() as session:
        while session.execute(others).scalar_one():
            time.sleep(0.05)
        counted = text("SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables")
        return int(session.execute(counted).scalar_one())


def test_measures_add_and_take_away() -> None:
    one = Measures(lots=1, budget=Decimal("10.00"))
    assert one + one - one == one
    assert percent(Decimal(1), Decimal(0)) is None
    assert percent(Decimal("80000000"), Decimal("1510000000")) == Decimal("5.3")
