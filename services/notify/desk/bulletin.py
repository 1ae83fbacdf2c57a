"""The public bulletin: listed, searched, read, fed."""

from __future__ import annotations

import uuid

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.wire import moment_text
from services.notify import events, notices, settings
from services.notify.desk.room import Answer, Fact, Room
from services.notify.queries import bulletin
from services.notify.queries.paging import number_of, page
from services.notify.refusals import no
from services.notify.rules.search_words import words_of
from services.notify.schemas import accepted, said

FILTERS = ("kind", "object", "region", "procedure", "purchaser_id")
FED = 50


class BulletinDesk(Room):
    """Notices of every kind, for everybody."""

    @query(accepted.SearchBulletin, permission=PUBLIC)
    def search_bulletin(self, wanted: Fact, by: Caller) -> Answer:
        """The newest notices that fit: {"notices", "next"}."""
        begin, end = notices.day_bounds(wanted["from_"], wanted["until"])
        filters = {name: wanted[name] for name in FILTERS if wanted[name]}
        looked = bulletin.Wanted(words_of(wanted["words"]), filters, begin, end)
        rows = bulletin.search(self.db, looked, number_of(wanted["after"]), wanted["most"] + 1)
        shown, onward = page(rows, wanted["most"])
        return {"notices": said.NoticeLine(many=True).dump(shown), "next": onward}

    @query(accepted.NameNotice, permission=PUBLIC)
    def notice(self, wanted: Fact, by: Caller) -> Answer:
        """One notice, whole."""
        row = bulletin.notice(self.db, wanted["notice_id"])
        if row is None:
            no("notice_unknown", field="notice_id")
        return said.NoticeView().dump(row)

    @query(accepted.NameProject, permission=PUBLIC)
    def notices_of_project(self, wanted: Fact, by: Caller) -> Answer:
        """A project's notices, oldest first."""
        return {"notices": said.NoticeLine(many=True).dump(bulletin.of_project(self.db, wanted["project_id"]))}

    @query(accepted.ReadFeed, permission=PUBLIC)
    def bulletin_feed(self, wanted: Fact, by: Caller) -> Answer:
        """What an Atom feed (RFC 4287) of the newest notices holds; the gateway writes the XML."""
        filters = {"kind": wanted["kind"]} if wanted["kind"] else {}
        rows = bulletin.search(self.db, bulletin.Wanted(filters=filters), None, FED)
        base = settings.current().public_url
        shown = said.NoticeLine(many=True).dump(rows)
        entries = [
            {
                "id": f"urn:uuid:{each['notice_id']}", "title": each["title"], "updated": each["published_at"],
                "category": each["kind"], "link": f"{base}/notices/{each['notice_id']}",
                "author": each["purchaser_name"] or settings.current().publisher,
            }
            for each in shown
        ]  # fmt: skip
        path = f"/bulletin.atom?kind={wanted['kind']}" if wanted["kind"] else "/bulletin.atom"
        latest = max((each.published_at for each in rows), default=None)  # what was heard late comes first all the same
        updated = moment_text(latest) if latest else "2026-01-01T00:00:00Z"
        title = "阳光采购公告"
        return {"id": f"{base}{path}", "title": title, "link": f"{base}{path}", "updated": updated, "entries": entries}

    @command(accepted.PublishAnnouncement, permission="bulletin.publish")
    def publish_announcement(self, given: Fact, by: Caller) -> Answer:
        """Put a general announcement on the bulletin."""
        by.require("bulletin.publish")
        row = notices.put_up(
            self.db, event_id=str(uuid.uuid4()), kind="general", title=given["title"], text=given["text"],
            published_at=self.now(),
        )  # fmt: skip
        fact = {"notice_id": row.id, "title": row.title, "text": row.text, "at": self.now()}
        self.announce(events.event("announcement_published", f"notice:{row.id}", **fact))
        return said.NoticeView().dump(row)
