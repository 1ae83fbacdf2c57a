"""Which functions on one project may not meet in one person?

A *function* is what a person does on a project, not the role that entitles to it. The table is the whole rule; every
row has a test. Duties are kept apart by 法61; further grounds stand in the row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.chassis.objection import Objection

FUNCTIONS: Final = (
    "entrusting_officer",  # entrusted the purchase and confirmed its document, for the purchaser
    "document_preparer",
    "document_reviewer",
    "opening_host",
    "evaluation_host",
    "key_holder",  # of whatever seat
    "purchaser_representative",  # at the opening
    "supervisor",
    "qualification_checker",
    "panel_member",  # expert or purchaser's representative on the panel
    "bidder_agent",
    "contract_officer",
    "acceptor",
    "challenge_answerer",
    "complaint_decider",
    "observer",
)

PAIRS: Final[tuple[tuple[str, str, str, str], ...]] = (
    # one function, another, article, because
    ("document_preparer", "document_reviewer", "法61", "who prepared may not approve"),
    ("document_preparer", "acceptor", "法61", "who ran the purchase does not accept its goods"),
    ("document_reviewer", "acceptor", "法61", "who ran the purchase does not accept its goods"),
    ("entrusting_officer", "acceptor", "法61", "who ran the purchase does not accept its goods"),
    ("opening_host", "acceptor", "法61", "who ran the purchase does not accept its goods"),
    ("contract_officer", "acceptor", "法61", "who settles the contract does not accept its goods"),
    ("contract_officer", "document_preparer", "法61", "running the purchase and reviewing the contract are kept apart"),
    ("opening_host", "supervisor", "法61", "who hosts is not who watches"),
    ("evaluation_host", "supervisor", "法61", "who hosts is not who watches"),
    ("document_preparer", "supervisor", "法61", "who prepared is not who watches"),
    ("document_reviewer", "supervisor", "法61", "who reviewed is not who watches"),
    ("entrusting_officer", "supervisor", "法60", "who buys is not who watches"),
    ("purchaser_representative", "supervisor", "法60", "who buys is not who watches"),
    ("key_holder", "panel_member", "87-40", "panel members take no part in the opening"),
    ("opening_host", "panel_member", "87-40", "panel members take no part in the opening"),
    ("purchaser_representative", "panel_member", "87-40", "panel members take no part in the opening"),
    ("evaluation_host", "panel_member", "87-47", "the centre's staff evaluate nothing"),
    ("document_preparer", "panel_member", "87-47", "who prepared the document does not evaluate by it"),
    ("document_reviewer", "panel_member", "87-47", "who reviewed the document does not evaluate by it"),
    ("qualification_checker", "panel_member", "87-44", "purchaser or centre check qualification, not the panel"),
    ("supervisor", "panel_member", "87-47", "finance's supervisors do not evaluate"),
    ("supervisor", "qualification_checker", "法61", "who checks is not who watches"),
    ("bidder_agent", "panel_member", "条例9", "a bidder does not evaluate bids"),
    ("bidder_agent", "document_preparer", "条例18", "who specified the purchase does not bid for it"),
    ("bidder_agent", "document_reviewer", "条例18", "who specified the purchase does not bid for it"),
    ("bidder_agent", "entrusting_officer", "条例9", "a bidder does not buy"),
    ("bidder_agent", "purchaser_representative", "条例9", "a bidder does not buy"),
    ("bidder_agent", "opening_host", "条例9", "a bidder does not host"),
    ("bidder_agent", "evaluation_host", "条例9", "a bidder does not host"),
    ("bidder_agent", "key_holder", "条例9", "a bidder holds no seat's key"),
    ("bidder_agent", "supervisor", "条例9", "a bidder does not watch"),
    ("bidder_agent", "qualification_checker", "条例9", "a bidder does not check bidders"),
    ("bidder_agent", "contract_officer", "条例9", "a bidder does not act for the other side"),
    ("bidder_agent", "acceptor", "条例9", "a bidder does not accept its own goods"),
    ("bidder_agent", "challenge_answerer", "条例9", "a bidder does not answer challenges"),
    ("bidder_agent", "complaint_decider", "条例9", "a bidder does not decide complaints"),
    ("panel_member", "challenge_answerer", "94-14", "members assist an answer, they do not give it"),
    ("panel_member", "complaint_decider", "94-14", "who evaluated does not decide about it"),
    ("supervisor", "complaint_decider", "法61", "who was present does not decide about it"),
    ("document_preparer", "complaint_decider", "法60", "who is complained about does not decide"),
    ("challenge_answerer", "complaint_decider", "法60", "who answered the challenge does not decide the complaint"),
    ("opening_host", "complaint_decider", "法60", "who is complained about does not decide"),
    ("panel_member", "acceptor", "法61", "who chose does not accept"),
)


@dataclass(frozen=True)
class Conflict:
    """Two functions that meet in one person though they may not."""

    person_id: str
    one: str
    other: str
    article: str
    because: str

    def objection(self) -> Objection:
        """The conflict as a reason why the assignment may not stand."""
        figures = {"person_id": self.person_id, "one": self.one, "other": self.other, "because": self.because}
        message = f"One person may not be {self.one} and {self.other} on one project: {self.because}."
        return Objection("functions_incompatible", message, self.article, "assignments", figures)


def _both_ways() -> Mapping[frozenset[str], tuple[str, str, str, str]]:
    table = {frozenset(row[:2]): row for row in PAIRS}
    if len(table) != len(PAIRS):
        raise ValueError("a pair of functions stands twice in the table")
    return MappingProxyType(table)


_BY_PAIR: Final = _both_ways()


def conflicts(assignments: Iterable[tuple[str, str]]) -> list[Conflict]:
    """Every conflict among `(person_id, function)` assignments of one project, sorted by person; empty: none."""
    functions: dict[str, set[str]] = {}
    for person_id, function in assignments:
        functions.setdefault(person_id, set()).add(function)
    found = []
    for person_id in sorted(functions):
        held = functions[person_id]
        for pair, (one, other, article, because) in _BY_PAIR.items():
            if pair <= held:
                found.append(Conflict(person_id, one, other, article, because))
    return found
