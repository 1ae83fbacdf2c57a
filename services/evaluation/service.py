"""Evaluation's entrypoints. Each part of the work has its desk; this is where they meet."""

from __future__ import annotations

from services.chassis.providers import Announce, Clock, Database, Departments, Plumbing
from services.evaluation.desk.draws import DrawDesk
from services.evaluation.desk.facts import FactsDesk
from services.evaluation.desk.panels import PanelDesk
from services.evaluation.desk.reading import ReadingDesk
from services.evaluation.secrecy import secrecy


class EvaluationService(FactsDesk, PanelDesk, DrawDesk, ReadingDesk):
    """From opened bids to a signed ranking."""

    name = "evaluation"
    secrecy = staticmethod(secrecy)

    db = Database()
    now = Clock()
    announce = Announce()
    call = Departments()
    plumbing = Plumbing()
