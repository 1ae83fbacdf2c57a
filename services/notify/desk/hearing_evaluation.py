"""What evaluation tells us."""

from __future__ import annotations

from services.chassis.entrypoints import PATIENTLY, hears
from services.notify import copies, wall
from services.notify.desk.room import Fact, Room
from services.notify.ocds import tendering
from services.notify.ocds.releasing import keep_ranking, releases
from services.notify.schemas import heard, heard_later


class EvaluationHearing(Room):
    """Calls, questions, results of the evaluation."""

    @hears("evaluation", "expert_called", heard_later.ExpertCalled, retry=PATIENTLY)
    def hear_expert_called(self, fact: Fact, envelope: Fact) -> None:
        """Only the expert is told; nothing is shown anywhere."""
        self.follow(fact, envelope)

    @hears("evaluation", "evaluation_began", heard.LotMoved, retry=PATIENTLY)
    def hear_evaluation_began(self, fact: Fact, envelope: Fact) -> None:
        """Officer and supervisors are told."""
        self.follow(fact, envelope)

    @hears("evaluation", "clarification_asked", heard_later.QuestionAsked, retry=PATIENTLY)
    def hear_clarification_asked(self, fact: Fact, envelope: Fact) -> None:
        """The bidder is told."""
        self.follow(fact, envelope)

    @hears("evaluation", "price_explanation_asked", heard_later.QuestionAsked, retry=PATIENTLY)
    def hear_price_explanation_asked(self, fact: Fact, envelope: Fact) -> None:
        """The bidder is told, with its time limit (87-60)."""
        self.follow(fact, envelope)

    @hears("evaluation", "round_opened", heard_later.RoundOpened, retry=PATIENTLY)
    def hear_round_opened(self, fact: Fact, envelope: Fact) -> None:
        """All who take part are told alike (法38)."""
        self.follow(fact, envelope)

    @hears("evaluation", "evaluation_failed", heard.LotFailed, retry=PATIENTLY)
    def hear_evaluation_failed(self, fact: Fact, envelope: Fact) -> None:
        """No result; the bidders are told why (法36)."""
        self.follow(fact, envelope, copies.end_lot, wall.lot_failed, releases(tendering.lot_failed))

    @hears("evaluation", "ranking_settled", heard_later.RankingSettled, retry=PATIENTLY)
    def hear_ranking_settled(self, fact: Fact, envelope: Fact) -> None:
        """Kept back until the award is announced."""
        self.follow(fact, envelope, keep_ranking)

    @hears("evaluation", "integrity_finding_recorded", heard_later.FindingRecorded, retry=PATIENTLY)
    def hear_integrity_finding_recorded(self, fact: Fact, envelope: Fact) -> None:
        """Supervisors only."""
        self.follow(fact, envelope)

    @hears("evaluation", "log_alarm", heard.LogAlarm)
    def hear_evaluation_alarm(self, fact: Fact, envelope: Fact) -> None:
        """Tell the supervisors."""
        self.follow(fact, envelope)
