"""The history of a record (学籍变动): one event for each version, with the record as it then stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from kernel.case import Case
from kernel.student import Student


@dataclass(frozen=True)
class HistoryEvent:
    """What made one version of a record.

    Attributes:
        version: the version of the record that the event led to; 1 is its beginning.
        at_ms: milliseconds since 1970-01-01 UTC.
        step, office: the step of the procedure that settled it, and the office that wrote it.
        content: the record after it (``Student.to_content``).
    """

    version: int
    at_ms: int
    case_id: str
    procedure: str
    step: str
    office: str
    content: Mapping[str, Any] = field(default_factory=dict)

    def to_content(self) -> dict[str, Any]:
        """The event as a canonical JSON object, as archives carry it."""
        return {
            "version": self.version,
            "at": self.at_ms,
            "case_id": self.case_id,
            "procedure": self.procedure,
            "step": self.step,
            "office": self.office,
            "content": dict(self.content),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        return cls(
            version=content["version"],
            at_ms=content["at"],
            case_id=content["case_id"],
            procedure=content["procedure"],
            step=content["step"],
            office=content["office"],
            content=content["content"],
        )


def event_of(case: Case, after: Student, *, step: str, office: str, at_ms: int) -> HistoryEvent:
    """The event by which a case led to ``after``."""
    return HistoryEvent(
        version=after.version,
        at_ms=at_ms,
        case_id=case.case_id,
        procedure=case.procedure_name,
        step=step,
        office=office,
        content=after.to_content(),
    )
