"""The contracts department: its rooms put together. Each entrypoint stands in `desk/`, in the room of its noun."""

from __future__ import annotations

from services.chassis.providers import Announce, Clock, Database, Plumbing, Savepoint
from services.contracts.desk.agreements import AgreementDesk
from services.contracts.desk.awards import AwardDesk
from services.contracts.desk.contracts import ContractDesk
from services.contracts.desk.figures import FigureDesk
from services.contracts.desk.hearing_disputes import DisputeHearing
from services.contracts.desk.hearing_lots import LotHearing
from services.contracts.desk.hearing_registry import RegistryHearing
from services.contracts.desk.payments import PaymentDesk
from services.contracts.desk.performance import PerformanceDesk
from services.contracts.desk.reading import ReadingDesk
from services.contracts.secrecy import secrecy


class ContractsService(
    RegistryHearing,
    LotHearing,
    DisputeHearing,
    AwardDesk,
    ContractDesk,
    AgreementDesk,
    PerformanceDesk,
    PaymentDesk,
    FigureDesk,
    ReadingDesk,
):
    """From the award to the last payment, and the year's figures."""

    name = "contracts"
    secrecy = staticmethod(secrecy)

    db = Database()
    now = Clock()
    announce = Announce()
    savepoint = Savepoint()
    plumbing = Plumbing()
