"""A province tells what it counted on a day."""

from __future__ import annotations

from datetime import datetime

from kernel.figures.report import Report
from kernel.office import Office, Tier
from kernel.refusals import OutsideJurisdiction, RequestMalformed
from kernel.statement import StatementKind, Verify
from national_index.store import IndexTransaction


def take_report(tx: IndexTransaction, jws: str, *, province: str, now: datetime, verify: Verify) -> tuple[Report, str]:
    """Keep the report; of two for one day the one that was counted later stands, in whatever order they come.

    Returns:
        The report that came, and the JWS that stands for its day.

    Raises:
        SignatureInvalid: it was not signed as one.
        OutsideJurisdiction: it is another province's than that of the hub that brings it, or not that hub's own.
        RequestMalformed: it is of a form that is not known here.
    """
    verified = verify(jws, StatementKind.FIGURES)
    try:
        report = Report.from_content(verified.content)
    except (ValueError, KeyError, TypeError) as unread:
        raise RequestMalformed(field="jws", why="统计上报的格式无法识别") from unread
    hub = Office(Tier.PROVINCE, province)
    if verified.signer.office != hub or not verified.signer.is_node or report.province != province:
        raise OutsideJurisdiction(office=str(verified.signer.office), what=f"{report.province} 的统计上报")
    return report, tx.figures.keep(report, jws, now=now)
