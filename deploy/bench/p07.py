"""P7: listing and searching the bulletin at 1,000,000 notices, against the same at 10,000.

BENCH_NOTICES changes the larger number. Notices are synthetic: titles and texts put together from words of the trade,
frequent and rare ones alike; the same questions are asked of both bulletins in turns.
"""

from __future__ import annotations

import os
import random
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import psycopg

from deploy import databases
from deploy.bench.ground import Ground
from deploy.bench.measured import Measured, medians, take_turns
from deploy.places import ROOT
from deploy.postgres import plain
from services.chassis.direct import Direct
from services.notify.rules.search_words import folded, marks_of
from services.notify.service import NotifyService

FEW = 10_000
MANY = int(os.environ.get("BENCH_NOTICES", "1000000"))
ASKED = 600
_UNTIL = datetime(2026, 6, 1, tzinfo=UTC)  # a notice a minute, the last one then
_PLACES = ("长春市", "吉林市", "四平市", "辽源市", "通化市", "白山市", "松原市", "白城市", "延边州", "梅河口市")
_BUYERS = ("教育局", "第一人民医院", "公安局", "水利局", "图书馆", "环境监测站", "农业农村局", "职业技术学院", "档案馆")
_GOODS = (
    "核磁共振设备", "执法记录仪", "校园网络设备", "血液冷藏箱", "防汛物资", "电梯更换", "农田监理", "服务器扩容",
    "等保测评", "水质监测设备", "物业服务", "公务用车", "办公家具", "实验仪器", "消防器材", "档案数字化",
    "软件开发", "食堂食材",
)  # fmt: skip
_MIDDLING = {"无障碍设施": 0.003, "应急发电车": 0.001, "数字孪生": 0.0004, "冰上训练": 0.0001}
_KINDS = ("tender", "amendment", "result", "contract", "failure")
_RARE = ("直升机", "天文望远镜", "深海采样器", "古籍修复", "无人值守雷达")
_RARELY = 0.00005  # all of them together


def measure(ground: Ground) -> Measured:
    """Ratio: the smaller bulletin's p99 by the larger's; 1 is equal, 1 ÷ 1.5 is promised."""
    passwords = {"notify": secrets.token_hex(12), "notify_owner": secrets.token_hex(12)}
    small = Direct(NotifyService, _filled(ground, passwords, "bulletin_small", FEW))
    large = Direct(NotifyService, _filled(ground, passwords, "bulletin_large", MANY))
    try:
        _p99(small)
        _p99(large)  # both warm
        figures = take_turns({"ours": lambda: _p99(large), "theirs": lambda: _p99(small)})
    finally:
        small.close()
        large.close()
    middle = medians(figures)
    return Measured(
        name="P7",
        title=f"list and search at {MANY:,} notices, p99",
        ratio=middle["theirs"] / middle["ours"],
        at_least=round(1 / 1.5, 3),
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="ms",
        against=f"the same questions at {FEW:,} notices",
        rounds=figures,
        notes=f"p99 of {ASKED} questions: lists, frequent, middling, rare and absent words, filters, days, later pages",
    )


def _p99(bulletin: Direct) -> float:
    chance = random.Random(7)
    taken = []
    for _ in range(ASKED):
        ask = _question(bulletin, chance)
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(taken, n=100)[98]


def _question(bulletin: Direct, chance: random.Random) -> Callable[[], object]:
    kind = chance.randrange(8)
    if kind == 0:
        return lambda: bulletin.call("search_bulletin")
    if kind == 1:
        page = bulletin.call("search_bulletin", words="公告")
        return lambda: bulletin.call("search_bulletin", words="公告", after=page["next"])
    if kind == 2:
        words = f"{chance.choice(_BUYERS)} {chance.choice(_GOODS)[:3]}"
    elif kind == 3:
        words = chance.choice(_GOODS)[:2]
    elif kind == 4:
        words = chance.choice((*_RARE, "航天飞机"))
    elif kind == 5:
        words = chance.choice(list(_MIDDLING))
    elif kind == 6:
        day, words = str((_UNTIL - timedelta(days=chance.randrange(1, 6))).date()), chance.choice(_GOODS)[:2]
        days: dict[str, Any] = {"from": day, "until": day}
        return lambda: bulletin.call("search_bulletin", words=words, **days)
    else:
        place, sort = chance.choice(_PLACES), chance.choice(_KINDS)
        return lambda: bulletin.call("search_bulletin", words="设备", region=place, kind=sort)
    return lambda: bulletin.call("search_bulletin", words=words)


def _filled(ground: Ground, passwords: dict[str, str], database: str, count: int) -> str:
    access = databases.prepare(ground.postgres.url(), "notify", passwords, database=database)
    environment = {
        **os.environ, "MIGRATION_DATABASE_URL": access.migration_url, "RUNTIME_ROLE": access.runtime_role,
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "services.chassis.migrate", "notify"], cwd=ROOT, env=environment, check=True
    )
    with psycopg.connect(plain(access.migration_url), autocommit=True) as connection:
        connection.execute("DROP INDEX ix_notice_marks")
        with connection.cursor() as cursor, cursor.copy(
            "COPY notice (number, id, event_id, kind, title, text, region, objects, published_at, latest_at, more,"
            " folded, marks) FROM STDIN"
        ) as copy:
            for row in _rows(count):
                copy.write_row(row)
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("CREATE INDEX ix_notice_marks ON notice USING gin (marks) WITH (fastupdate = off)")
        connection.execute("SELECT setval('notice_number', %s)", [count])
        connection.execute("VACUUM ANALYZE notice")
    return access.runtime_url


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(count)
    for number in range(1, count + 1):
        place, kind = chance.choice(_PLACES), chance.choice(_KINDS)
        title = f"{place}{chance.choice(_BUYERS)}{_goods(chance)}采购项目公告"
        text = f"编号JL-{number:07}，预算{chance.randrange(10, 9000)}万元。"
        marks = "{" + ",".join(map(str, {*_of_title(title, kind, place), *marks_of(number, "", text, {})})) + "}"
        at = _UNTIL - timedelta(minutes=count - number)
        yield (
            number, str(uuid.UUID(int=chance.getrandbits(128), version=4)), f"bench-{number}", kind, title, text, place,
            '["goods"]', at, at, "{}", folded(f"{title} {text}"), marks,
        )  # fmt: skip


@cache
def _of_title(title: str, kind: str, place: str) -> frozenset[int]:
    """The marks that notices with this title share: all but their text's and their segments'."""
    filters = {"kind": [kind], "object": ["goods"], "region": [place]}
    return frozenset(marks_of(0, title, "", filters)).difference(marks_of(0, "", "", {}))


def _goods(chance: random.Random) -> str:
    drawn = chance.random()
    for name, share in _MIDDLING.items():
        drawn -= share
        if drawn < 0:
            return name
    return chance.choice(_RARE) if drawn < _RARELY else chance.choice(_GOODS)
