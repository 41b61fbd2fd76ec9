"""The kinds of notice: a closed list, each with the clauses of the Measures that ask for it.

To add one: a member of ``NoticeKind`` and a row of ``KINDS``; what it says under a key that is not there yet, a line of
``CONTENT_LABELS``, because a registrar reads words and not keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kernel.measures import require_clauses


class NoticeKind(StrEnum):
    PLAIN_MESSAGE = "plain_message"
    DROPOUT_REPORT = "dropout_report"
    DIRECT_SCHOOL_TERM_NOTICE = "direct_school_term_notice"
    ARCHIVE_HANDOVER = "archive_handover"
    PAPER_ARCHIVE = "paper_archive"
    REGISTRAR_LIST = "registrar_list"
    REGISTRAR_DECISION = "registrar_decision"
    TERM_REVIEW_OPENED = "term_review_opened"
    TERM_REVIEW_CLASS = "term_review_class"
    TERM_REVIEW_RESULT = "term_review_result"
    RECTIFICATION_ORDER = "rectification_order"
    RECTIFICATION_DONE = "rectification_done"
    RECTIFICATION_CLOSED = "rectification_closed"
    ACCOUNTABILITY_REFERRED = "accountability_referred"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    OVERDUE_ENDED = "overdue_ended"
    TRANSFER_OVERDUE = "transfer_overdue"
    DISCLOSURE_REQUEST = "disclosure_request"
    DISCLOSURE_DECISION = "disclosure_decision"

    @property
    def label(self) -> str:
        """What the registrar calls it."""
        return KINDS[self].title


class Line(StrEnum):
    """Which way a kind of notice may go."""

    UP = "up"  # 上报: to an office above the writer
    DOWN = "down"  # 下达: to an office below the writer
    OWN = "own"  # 本系统上下级之间: either of the two
    ANY = "any"  # 也可平行告知: to any office


@dataclass(frozen=True)
class KindOfNotice:
    """One row.

    Attributes:
        clauses: of the Measures, as ``article.paragraph``; empty where it is an office's own message.
        requires: keys of the content without which it says nothing.
        wants_receipt: whether the receiver's officer has to confirm it (签收) unless the writer says otherwise.
    """

    title: str
    clauses: tuple[str, ...]
    line: Line
    requires: tuple[str, ...]
    wants_receipt: bool = False


KINDS: Mapping[NoticeKind, KindOfNotice] = {
    NoticeKind.PLAIN_MESSAGE: KindOfNotice("公务函", (), Line.OWN, ("text",)),
    # Art. 22: to the county and to the authority; the county hands the township's copy on (``forward_to``).
    NoticeKind.DROPOUT_REPORT: KindOfNotice(
        "义务教育阶段学生辍学情况报告", ("22.1",), Line.ANY, ("students",), wants_receipt=True
    ),
    NoticeKind.DIRECT_SCHOOL_TERM_NOTICE: KindOfNotice(
        "直管学校学生转入转出情况书面告知", ("18.1",), Line.ANY, ("term", "arrived", "left"), wants_receipt=True
    ),
    NoticeKind.ARCHIVE_HANDOVER: KindOfNotice(
        "随迁子女辍学学生学籍档案转交函",
        ("22.2",),
        Line.ANY,
        ("term", "students"),
        wants_receipt=True,
    ),
    # Art. 15, 16: from the releasing school to the receiving one, which confirms that the archive is there.
    NoticeKind.PAPER_ARCHIVE: KindOfNotice(
        "学籍档案转出单", ("9.1", "15.1", "16.1"), Line.ANY, ("text", "students"), wants_receipt=True
    ),
    NoticeKind.REGISTRAR_LIST: KindOfNotice("学籍管理员基本信息报送", ("23.2",), Line.UP, ("registrars",)),
    NoticeKind.REGISTRAR_DECISION: KindOfNotice("学籍管理员培训上岗通知", ("23.2",), Line.DOWN, ("registrars",)),
    NoticeKind.TERM_REVIEW_OPENED: KindOfNotice("学期学籍复核通知", ("24.1",), Line.DOWN, ("term",)),
    NoticeKind.TERM_REVIEW_CLASS: KindOfNotice(
        "学期学籍复核班级核对表", ("24.1",), Line.UP, ("term", "grade", "school_class", "count", "teacher")
    ),
    # Up to the province, from a school that is done and from an authority that has sealed; down to the schools as well.
    NoticeKind.TERM_REVIEW_RESULT: KindOfNotice("学期学籍复核结果", ("24.1",), Line.OWN, ("term",)),
    NoticeKind.RECTIFICATION_ORDER: KindOfNotice(
        "责令改正通知书", ("26.1", "27.1"), Line.DOWN, ("breach", "measure"), wants_receipt=True
    ),
    NoticeKind.RECTIFICATION_DONE: KindOfNotice("整改情况报告", ("26.1", "27.1"), Line.UP, ("breach", "measure")),
    NoticeKind.RECTIFICATION_CLOSED: KindOfNotice("整改复查意见书", ("26.1", "27.1"), Line.DOWN, ("breach", "text")),
    # To the office that it is about; printed, it goes to who holds persons responsible (``forward_to``).
    NoticeKind.ACCOUNTABILITY_REFERRED: KindOfNotice(
        "追究责任移送函", ("26.1", "27.1"), Line.DOWN, ("breach", "reason", "forward_to"), wants_receipt=True
    ),
    NoticeKind.REMINDER: KindOfNotice("办理期限提醒", ("14.2",), Line.ANY, ("text",)),
    NoticeKind.ESCALATION: KindOfNotice("逾期未办情况上报", ("14.2", "26.1"), Line.UP, ("text", "cases")),
    NoticeKind.OVERDUE_ENDED: KindOfNotice("逾期业务办结情况", ("14.2", "26.1"), Line.UP, ("text", "cases")),
    NoticeKind.TRANSFER_OVERDUE: KindOfNotice("学籍转接逾期告知", ("14.2", "15.1"), Line.ANY, ("text",)),
    NoticeKind.DISCLOSURE_REQUEST: KindOfNotice(
        "对外提供学籍信息申请书", ("25.1",), Line.UP, ("recipient", "purpose", "basis", "items", "until")
    ),
    NoticeKind.DISCLOSURE_DECISION: KindOfNotice(
        "对外提供学籍信息批复", ("25.1",), Line.DOWN, ("recipient", "purpose", "items", "until", "decision")
    ),
}
assert KINDS.keys() == set(NoticeKind)
for _row in KINDS.values():
    require_clauses(_row.clauses)

# Every key that the content of a notice may have, also within its lists, in the words of the Measures.
CONTENT_LABELS: Mapping[str, str] = {
    "text": "正文",
    "written_by": "经办人",
    "forward_to": "请转送",  # an office outside of the system, such as the township's government (Art. 22)
    "term": "学期",
    "reason": "原因",
    # Pupils and schools
    "students": "学生",
    "arrived": "转入学生",
    "left": "转出学生",
    "name": "姓名",
    "number": "学籍号",
    "school": "学校",
    "school_name": "学校名称",
    "grade": "年级",
    "school_class": "班级",
    "status": "学生状态",
    "date": "日期",
    "visits": "家访劝返情况",
    "kept_until": "学籍保留至",
    "guardian": "监护人",
    "phone": "联系电话",
    "household_place": "户籍所在地",
    "archive_digest": "学籍档案摘要",
    "archive": "学籍档案",
    # Registrars (Art. 23)
    "registrars": "学籍管理员",
    "person": "人员编号",
    "role": "岗位",
    "act": "事项",
    "until": "截止日期",
    "other_person": "交接或代理对方",
    "course": "培训课程",
    "certificate": "培训证书号",
    "issued_by": "发证单位",
    "decided_by": "决定单位",
    "entry_id": "登记编号",
    "at": "登记时间",
    # Cases and their time
    "case_id": "业务编号",
    "procedure": "业务种类",
    "step": "环节",
    "office": "单位",
    "due_on": "期限",
    "days_late": "逾期工作日数",
    "days_left": "剩余工作日数",
    "cases": "业务",
    "procedure_name": "业务代码",
    "step_name": "环节代码",
    # Review and supervision (Art. 24, 26, 27)
    "findings": "发现的问题",
    "finding": "问题",
    "count": "数量",
    "classes": "班级核对情况",
    "classes_total": "班级数",
    "classes_confirmed": "已核对班级数",
    "teacher": "班主任",
    "registrar": "录入人",
    "principal": "审核人",
    "opened_at": "复核名册时间",
    "sample_percent": "抽查班级比例",
    "missing": "未完成的学校",
    "breach": "违反的规定",
    "clause": "条款",
    "measure": "整改要求和措施",
    "digest": "封存摘要",
    # Disclosure (Art. 25)
    "disclosure_id": "申请编号",
    "recipient": "接收单位",
    "purpose": "用途",
    "basis": "依据",
    "items": "提供的项目",
    "item": "项目代码",
    "title": "项目",
    "decision": "决定",
    "asked_by": "申请人",
    "confirmed_by": "审核人",
}
