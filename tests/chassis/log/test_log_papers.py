"""Whatever is handed out carries what asking for its proof needs: a leaf, or a subject and a value the entry holds."""

from collections.abc import Mapping

import pytest

from services.chassis.journal import EventType
from services.contracts import events as contracts
from services.evaluation import events as evaluation
from services.protocol import receipt
from services.tendering import events as tendering


def test_a_receipt_names_the_log_and_its_leaf_in_it() -> None:
    assert {"log", "leaf"} <= set(receipt.MEMBERS)


PAPERS = [
    # department, what is journalled about the paper, the subject's own id in it, the value the paper shows
    (tendering.CATALOGUE, "notice_published", "project_id", "notice_id"),
    (tendering.CATALOGUE, "record_signed", "lot_id", "record_digest"),
    (tendering.CATALOGUE, "archive_sealed", "project_id", "digest"),
    (evaluation.CATALOGUE, "report_made", "lot_id", "pdf_digest"),
    (evaluation.CATALOGUE, "report_signed", "lot_id", "digest"),
    (contracts.CATALOGUE, "award_announced", "lot_id", "notice_no"),
    (contracts.CATALOGUE, "signature_given", "contract_id", "digest"),
    (contracts.CATALOGUE, "contract_signed", "contract_id", "digest"),
]


@pytest.mark.parametrize(("catalogue", "event", "about", "value"), PAPERS, ids=[each[1] for each in PAPERS])
def test_the_entry_about_a_paper_holds_what_the_paper_shows(
    catalogue: Mapping[str, EventType], event: str, about: str, value: str
) -> None:
    assert {about, value} <= set(catalogue[event].schema().fields)
