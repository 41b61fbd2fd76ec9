"""What is said of staff: entries, as they are kept, sent and read again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from kernel.clock import SHANGHAI
from kernel.office import Office, Role, Tier
from kernel.refusals import RequestMalformed

# Who said so where the deployment's own file declares people, such as an office's first (``chassis.staff.declared``).
DEPLOYMENT = "deployment"
TEXT_CHARACTERS_MAX = 100
_EPOCH = datetime.fromtimestamp(0, UTC)  # reckoned from it in whole numbers: an entry is compared with itself

ROLES_OF: Mapping[Tier, tuple[Role, ...]] = {
    Tier.SCHOOL: (Role.REGISTRAR, Role.PRINCIPAL),
    Tier.AUTHORITY: (Role.OFFICER,),
    Tier.PROVINCE: (Role.OFFICER,),
    Tier.NATION: (Role.OFFICER,),
}


class StaffAct(StrEnum):
    """What an entry says."""

    PROPOSED = "proposed"  # 提名
    TRAINED = "trained"  # 培训合格
    APPOINTED = "appointed"  # 上岗
    DEPUTISED = "deputised"  # 临时代理
    LEFT = "left"  # 离岗

    @property
    def label(self) -> str:
        return _ACT_LABELS[self]


_ACT_LABELS = {
    StaffAct.PROPOSED: "提名",
    StaffAct.TRAINED: "培训合格",
    StaffAct.APPOINTED: "上岗",
    StaffAct.DEPUTISED: "临时代理",
    StaffAct.LEFT: "离岗",
}
_ACTS = {label: act for act, label in _ACT_LABELS.items()}
_ROLES = {role.label: role for role in Role}


@dataclass(frozen=True)
class StaffEntry:
    """One thing said of one person in one role at one office.

    Attributes:
        entry_id: UUIDv7 in text; the same id is the same entry everywhere.
        person: the staff id of the desk certificate, never a name.
        day: proposed for; trained on; on duty from; the last day on duty.
        until: the last day on which a training is valid, or a deputy stands in.
        other: whom a deputy stands in for, from whom a post is taken over, to whom it is handed.
        decided_by: the office that said so, such as ``authority/410105``, or ``DEPLOYMENT``.
        at_ms: when it was said, milliseconds since 1970-01-01 UTC.

    Raises:
        RequestMalformed: it lacks what such an entry must say.
    """

    entry_id: str
    act: StaffAct
    office: Office
    role: Role
    person: str
    day: date
    decided_by: str
    at_ms: int
    until: date | None = None
    other: str = ""
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    course: str = ""
    certificate: str = field(default="", repr=False)
    issued_by: str = ""

    def __post_init__(self) -> None:
        if self.role not in ROLES_OF[self.office.tier]:
            raise RequestMalformed(field="role", why=f"{self.office}没有{self.role.label}岗位")
        if any(len(text) > TEXT_CHARACTERS_MAX for text in self._texts()):
            raise RequestMalformed(field="entry", why=f"每项最多 {TEXT_CHARACTERS_MAX} 字")
        if self.until is not None and self.until < self.day:
            raise RequestMalformed(field="until", why="截止日期早于开始日期")
        match self.act:
            case StaffAct.PROPOSED if not self.name.strip():
                raise RequestMalformed(field="name", why="应写明姓名")
            case StaffAct.TRAINED if not (self.course.strip() and self.certificate.strip() and self.issued_by.strip()):
                raise RequestMalformed(field="course", why="应写明培训课程、证书号和发证单位")
            case StaffAct.DEPUTISED if self.until is None or not self.other:
                raise RequestMalformed(field="until", why="临时代理应写明代理何人、到哪一天为止")
            case _:
                pass

    def to_content(self) -> dict[str, str]:
        """Flat, as a record of a notice has it, in the words of the Measures (``kernel.notice.CONTENT_LABELS``)."""
        told = {
            "entry_id": self.entry_id,
            "act": self.act.label,
            "office": str(self.office),
            "role": self.role.label,
            "person": self.person,
            "date": self.day.isoformat(),
            "until": self.until.isoformat() if self.until else "",
            "other_person": self.other,
            "name": self.name,
            "phone": self.phone,
            "course": self.course,
            "certificate": self.certificate,
            "issued_by": self.issued_by,
            "decided_by": self.decided_by,
        }
        at = (_EPOCH + timedelta(milliseconds=self.at_ms)).astimezone(SHANGHAI).isoformat(timespec="milliseconds")
        return {key: text for key, text in told.items() if text} | {"at": at}

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Raises RequestMalformed: the record is no entry. IdentityNotProven: it names an office that cannot be."""
        try:
            return cls(
                entry_id=_uuid7(content["entry_id"]),
                act=_ACTS[content["act"]],
                office=Office.parse(content["office"]),
                role=_ROLES[content["role"]],
                person=str(content["person"]),
                day=date.fromisoformat(content["date"]),
                until=date.fromisoformat(content["until"]) if content.get("until") else None,
                other=str(content.get("other_person", "")),
                name=str(content.get("name", "")),
                phone=str(content.get("phone", "")),
                course=str(content.get("course", "")),
                certificate=str(content.get("certificate", "")),
                issued_by=str(content.get("issued_by", "")),
                decided_by=str(content["decided_by"]),
                at_ms=(datetime.fromisoformat(content["at"]) - _EPOCH) // timedelta(milliseconds=1),
            )
        except (KeyError, ValueError, TypeError) as malformed:
            raise RequestMalformed(field="registrars", why="学籍管理员信息不完整，或本系统版本较旧") from malformed

    @classmethod
    def all_from(cls, told: object) -> list[Self]:
        """What stands under ``registrars`` in a notice. Raises as ``from_content``."""
        if not isinstance(told, list | tuple) or not all(isinstance(one, Mapping) for one in told):
            raise RequestMalformed(field="registrars", why="应为学籍管理员的登记")
        return [cls.from_content(one) for one in told]

    def _texts(self) -> tuple[str, ...]:
        return (self.name, self.phone, self.course, self.certificate, self.issued_by, self.person, self.other)


def _uuid7(text: object) -> str:
    parsed = uuid.UUID(str(text))
    if str(parsed) != text or parsed.version != 7:
        raise ValueError("no UUIDv7")
    return str(parsed)
