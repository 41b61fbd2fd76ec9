"""Evidence (证明材料): what may back a case, in which form, and how a file is recognised for what it is.

Article 13 has the proof of every change put into the pupil's archive (将证明材料归入学生学籍档案), and Article 7.2.2
counts it among the archive's contents. A case names its evidence by digest; the bytes climb before the case, lie beside
it at every office that decides, and leave with the archive.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from kernel.refusals import (
    EvidenceContentMismatch,
    EvidenceKindUnknown,
    EvidenceTooLarge,
    EvidenceTypeNotAllowed,
)

# What school offices know from the national system: a scan or a photograph of at most 2 MB.
EVIDENCE_BYTES_MAX = 2 * 1024 * 1024
EVIDENCE_PER_CASE_MAX = 200


class EvidenceKind(StrEnum):
    """What a document proves. The list is closed: an office must know what it is asked for, and what it looks at."""

    HOUSEHOLD_REGISTER = "household_register"
    HOUSEHOLD_PROOF = "household_proof"
    IDENTITY_DOCUMENT = "identity_document"
    GUARDIAN_APPLICATION = "guardian_application"
    ATTENDANCE_PROOF = "attendance_proof"
    TRANSFER_APPLICATION = "transfer_application"
    TRANSFER_REASON_PROOF = "transfer_reason_proof"
    SUSPENSION_APPLICATION = "suspension_application"
    MEDICAL_PROOF = "medical_proof"
    DISABILITY_PROOF = "disability_proof"
    PLACEMENT_AGREEMENT = "placement_agreement"
    HOME_TEACHING_DECISION = "home_teaching_decision"
    STUDY_ABROAD_PROOF = "study_abroad_proof"
    OVERSEAS_STUDY_RECORD = "overseas_study_record"
    DEATH_PROOF = "death_proof"
    DROPOUT_VISIT_LOG = "dropout_visit_log"
    ARCHIVE_RECEIPT = "archive_receipt"
    ADMISSION_RESULT = "admission_result"
    GRADUATION_RESULT = "graduation_result"
    COURT_ORDER = "court_order"
    ORGANISATION_ORDER = "organisation_order"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the Measures that speak of it; ``7.2.2`` counts all of them as part of the archive."""
        return _CLAUSES[self]

    @classmethod
    def parse(cls, text: str) -> EvidenceKind:
        """The kind of that name, or of that Chinese label.

        Raises:
            EvidenceKindUnknown: there is none.
        """
        kind = next((one for one in cls if text in (one.value, one.label)), None)
        if kind is None:
            raise EvidenceKindUnknown(field="evidence", kind=text[:40])
        return kind


_LABELS = {
    EvidenceKind.HOUSEHOLD_REGISTER: "居民户口簿",
    EvidenceKind.HOUSEHOLD_PROOF: "户籍证明",
    EvidenceKind.IDENTITY_DOCUMENT: "身份证件",
    EvidenceKind.GUARDIAN_APPLICATION: "监护人书面申请",
    EvidenceKind.ATTENDANCE_PROOF: "就读证明",
    EvidenceKind.TRANSFER_APPLICATION: "转学申请",
    EvidenceKind.TRANSFER_REASON_PROOF: "转学理由证明",
    EvidenceKind.SUSPENSION_APPLICATION: "休学申请",
    EvidenceKind.MEDICAL_PROOF: "医院证明",
    EvidenceKind.DISABILITY_PROOF: "残疾证明",
    EvidenceKind.PLACEMENT_AGREEMENT: "学籍去留协议",
    EvidenceKind.HOME_TEACHING_DECISION: "送教上门安置意见",
    EvidenceKind.STUDY_ABROAD_PROOF: "境外就读有效证件",
    EvidenceKind.OVERSEAS_STUDY_RECORD: "境外学习证明",
    EvidenceKind.DEATH_PROOF: "死亡证明",
    EvidenceKind.DROPOUT_VISIT_LOG: "家访劝返记录",
    EvidenceKind.ARCHIVE_RECEIPT: "档案移交回执",
    EvidenceKind.ADMISSION_RESULT: "招生录取结果",
    EvidenceKind.GRADUATION_RESULT: "毕业成绩证明",
    EvidenceKind.COURT_ORDER: "法院文书",
    EvidenceKind.ORGANISATION_ORDER: "机构设置批文",
    EvidenceKind.OTHER: "其他证明材料",
}

_CLAUSES: dict[EvidenceKind, tuple[str, ...]] = {
    EvidenceKind.HOUSEHOLD_REGISTER: ("7.2.2", "10.1"),
    EvidenceKind.HOUSEHOLD_PROOF: ("7.2.2", "10.1"),
    EvidenceKind.IDENTITY_DOCUMENT: ("7.2.2", "10.1", "28.1"),
    EvidenceKind.GUARDIAN_APPLICATION: ("7.2.2", "10.1", "19.1"),
    EvidenceKind.ATTENDANCE_PROOF: ("7.2.2", "6.1", "28.1"),
    EvidenceKind.TRANSFER_APPLICATION: ("7.2.2", "14.1"),
    EvidenceKind.TRANSFER_REASON_PROOF: ("7.2.2", "11.1", "14.1"),
    EvidenceKind.SUSPENSION_APPLICATION: ("7.2.2", "19.1"),
    EvidenceKind.MEDICAL_PROOF: ("7.2.2", "11.1", "19.1"),
    EvidenceKind.DISABILITY_PROOF: ("7.2.2", "6.2", "17.1"),
    EvidenceKind.PLACEMENT_AGREEMENT: ("7.2.2", "17.1", "17.2"),
    EvidenceKind.HOME_TEACHING_DECISION: ("7.2.2", "6.2"),
    EvidenceKind.STUDY_ABROAD_PROOF: ("7.2.2", "20.1"),
    EvidenceKind.OVERSEAS_STUDY_RECORD: ("7.2.2", "20.1"),
    EvidenceKind.DEATH_PROOF: ("7.2.2", "21.1"),
    EvidenceKind.DROPOUT_VISIT_LOG: ("7.2.2", "22.1"),
    EvidenceKind.ARCHIVE_RECEIPT: ("7.2.2", "9.1", "22.2"),
    EvidenceKind.ADMISSION_RESULT: ("7.2.2", "9.1", "14.1"),
    EvidenceKind.GRADUATION_RESULT: ("7.2.2", "13.1"),
    EvidenceKind.COURT_ORDER: ("7.2.2", "10.1"),
    EvidenceKind.ORGANISATION_ORDER: ("9.2", "9.3"),
    EvidenceKind.OTHER: ("7.2.2", "7.2.7", "10.1"),
}


class MediaType(StrEnum):
    """The forms in which evidence is taken: pictures, and pages."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"

    @property
    def label(self) -> str:
        return {MediaType.JPEG: "JPG", MediaType.PNG: "PNG", MediaType.PDF: "PDF"}[self]


_FIRST_BYTES = {MediaType.JPEG: b"\xff\xd8\xff", MediaType.PNG: b"\x89PNG\r\n\x1a\n", MediaType.PDF: b"%PDF-"}


def sniffed(content: bytes) -> MediaType | None:
    """What the first bytes say that it is; None for anything else.

    The mark must stand at the very beginning: readers of PDF look for theirs further on too, and a file that is two
    things at once is an attack.
    """
    return next((media_type for media_type, mark in _FIRST_BYTES.items() if content.startswith(mark)), None)


def require_acceptable(content: bytes, declared: str) -> MediaType:
    """What can be said of a file without opening it.

    Raises:
        EvidenceTooLarge: more than ``EVIDENCE_BYTES_MAX``.
        EvidenceTypeNotAllowed: it is declared as something other than JPG, PNG or PDF.
        EvidenceContentMismatch: it is not what it is declared as.
    """
    if len(content) > EVIDENCE_BYTES_MAX:
        raise EvidenceTooLarge(field="evidence", most=f"{EVIDENCE_BYTES_MAX // 2**20} MB")
    if declared not in list(MediaType):
        raise EvidenceTypeNotAllowed(field="evidence", given=declared[:40])
    found = sniffed(content)
    if found != declared:
        raise EvidenceContentMismatch(
            field="evidence", declared=MediaType(declared).label, found=found.label if found else "其他内容"
        )
    return MediaType(declared)


def content_digest(content: bytes) -> str:
    """SHA-256 of the content, in hex: by which cases, histories and archives name it."""
    return hashlib.sha256(content).hexdigest()
