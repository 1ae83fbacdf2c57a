"""A sealed archive is kept at least fifteen years after the purchase ended; nobody takes it back before (法42)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy.exc
from sqlalchemy import create_engine, make_url, text

from services.tendering.rules.periods import day_of
from tests.tendering.world import World

STATEMENTS = (
    "UPDATE archive SET kept_until = now()", "DELETE FROM archive", "TRUNCATE archive",
    "UPDATE journal SET payload = '{}'", "DELETE FROM journal", "DELETE FROM log_leaf", "DELETE FROM log_checkpoint",
)  # fmt: skip


def test_it_is_kept_fifteen_years_from_the_end_and_neither_service_nor_owner_can_delete_anything(
    open_world: World,
) -> None:
    world, project = open_world, {"project_id": open_world.project_id}
    refused = world.refused("seal_archive", "wang", **project)
    assert refused.code == "not_ended", "the years count from the end, so there must be one"
    world.call("cancel_project", "sun", **project, reason="机构撤并")
    ended: datetime = world.sql("SELECT cancelled_at FROM project")[0][0]
    world.at(ended + timedelta(days=40))
    sealed = world.call("seal_archive", "wang", **project)
    until = date.fromisoformat(world.call("archive", "wang", **project)["sealed"]["kept_until"])
    assert until >= day_of(ended.astimezone(UTC)).replace(year=ended.year + 15)
    assert world.refused("seal_archive", "wang", **project).code == "sealed_already"

    runtime = make_url(world.direct.runtime.settings.database_url)
    owner = runtime.set(username=f"{runtime.username}_owner", password="owner")
    for role, refusal in ((runtime, "permission denied"), (owner, "are kept")):
        engine = create_engine(role)
        for statement in STATEMENTS:
            with engine.begin() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match=refusal):
                connection.execute(text(statement))
        engine.dispose()
    assert world.call("archive", "wang", **project)["sealed"]["digest"] == sealed["digest"]
