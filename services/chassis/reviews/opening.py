"""A review as one office tells another of it: the content of the notice that opens it."""

from __future__ import annotations

from kernel.notice import Notice, Value
from kernel.office import Office
from kernel.refusals import RequestMalformed
from kernel.review import Campaign


def opening_content(campaign: Campaign) -> dict[str, Value]:
    """What a notice says beside its subject, which is the review, and its due date."""
    return {
        "term": campaign.term,
        "office": str(campaign.opened_by),
        "opened_at": campaign.opened_at_ms,
        "date": campaign.on.isoformat(),
        "sample_percent": campaign.sample_percent,
        "text": f"请逐班核对，期限{campaign.due_on}：名册以{campaign.on}为准，班主任核对，学校审核人确认。",
    }


def campaign_from_notice(notice: Notice) -> Campaign:
    """The review that a notice opens. Raises RequestMalformed: it says too little for one."""
    content = notice.content
    try:
        opened_at, percent = content["opened_at"], content["sample_percent"]
        if not isinstance(opened_at, int) or not isinstance(percent, int) or notice.due_on is None:
            raise TypeError
        return Campaign(
            review_id=notice.subject,
            term=str(content["term"]),
            opened_by=Office.parse(str(content["office"])),
            opened_at_ms=opened_at,
            due_on=notice.due_on,
            sample_percent=percent,
        )
    except (KeyError, TypeError) as malformed:
        raise RequestMalformed(field="content", why="复核通知不完整") from malformed
