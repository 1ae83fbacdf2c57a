"""Where a project stood at any moment of the past."""

from __future__ import annotations

from services.chassis.caller import Caller
from services.chassis.entrypoints import query
from services.chassis.wire import moment_text
from services.tendering import replaying
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.queries import projects
from services.tendering.refusals import no
from services.tendering.schemas.past import ReadPast


class PastDesk(Room):
    """The journal, folded."""

    @query(ReadPast, permission="project.read")
    def project_as_of(self, wanted: Given, by: Caller) -> Answer:
        """The states of a project and its lots at a moment of the past, as the journal tells them."""
        project = projects.project(self.db, wanted["project_id"])
        self.reach(by, "project.read", project)
        if wanted["at"] > self.now():
            no("moment_to_come", at=moment_text(wanted["at"]))
        return replaying.as_of(self.db, project.id, wanted["at"])
