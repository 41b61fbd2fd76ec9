"""Being away and coming back: Articles 19 to 22, and the ways by which senior high pupils leave."""

from __future__ import annotations

from datetime import date

from kernel.effects.change import Change, become, note, seat
from kernel.facts import grade_of
from kernel.stages import compulsory_until
from kernel.status import StudentStatus
from kernel.student import Student


def suspend(student: Student, change: Change) -> Student:
    """休学, Article 19: the school keeps the record meanwhile."""
    spells = int(student.standing.get("leave_spells", "0")) + 1
    return become(
        student,
        StudentStatus.SUSPENDED,
        change,
        status_reason=change.value("leave_reason"),
        leave_from=change.on.isoformat(),
        leave_until=_iso(change.value("leave_until")),
        leave_spells=str(spells),
    )


def extend_suspension(student: Student, change: Change) -> Student:
    """续休: the same absence, longer."""
    return note(student, leave_until=_iso(change.value("leave_until")))


def resume(student: Student, change: Change) -> Student:
    """复学, Article 19: into the old grade or the cohort after it, as the pack allows."""
    back = become(
        student,
        StudentStatus.ENROLLED,
        change,
        status_reason="",
        leave_from="",
        leave_until="",
        leave_days_before=str(_days_away(student, change)),
    )
    return seat(back, change)


def _days_away(student: Student, change: Change) -> int:
    """Calendar days of all leaves so far, by which a pack's total is counted."""
    begun = student.standing.get("leave_from", "")
    here = (change.on - date.fromisoformat(begun)).days if begun else 0
    return int(student.standing.get("leave_days_before", "0")) + max(0, here)


def go_abroad(student: Student, change: Change) -> Student:
    """到境外就读, Article 20: the archive stays at the school, or goes up (教基〔2025〕1号)."""
    kept_by = change.archive_kept_by.value
    return become(student, StudentStatus.ABROAD, change, abroad_to=change.value("country"), archive_with=kept_by)


def return_from_abroad(student: Student, change: Change) -> Student:
    """回到境内, Article 20: the old record goes on; where the pack wants it, the spell is marked (教基〔2025〕1号)."""
    spells = student.standing.get("abroad_spells", "")
    if change.spell_marked:
        spell = f"{student.standing.get('abroad_to', '')}:{student.standing.get('status_since', '')}/{change.on}"
        spells = ";".join(filter(None, (spells, spell)))
    back = become(student, StudentStatus.ENROLLED, change, abroad_to="", archive_with="", abroad_spells=spells)
    return seat(back, change)


def die(student: Student, change: Change) -> Student:
    """死亡注销, Article 21."""
    return become(student, StudentStatus.DECEASED, change)


def drop_out(student: Student, change: Change) -> Student:
    """辍学, Article 22: reported, and the record is kept through the compulsory years."""
    grade = grade_of(student.grade)
    kept = compulsory_until(grade, system=change.system, on=change.on) if grade and grade.compulsory else None
    return become(
        student,
        StudentStatus.DROPPED_OUT,
        change,
        status_reason=change.value("dropout_reason"),
        kept_until=kept.isoformat() if kept else "",
    )


def go_missing(student: Student, change: Change) -> Student:
    """失踪."""
    return become(student, StudentStatus.MISSING, change)


def leave_otherwise(student: Student, change: Change) -> Student:
    """其他离校."""
    return become(student, StudentStatus.AWAY, change, status_reason=change.value("reason"))


def come_back(student: Student, change: Change) -> Student:
    """劝返复学 or another return to the same record (Article 22)."""
    return seat(become(student, StudentStatus.ENROLLED, change, status_reason="", kept_until=""), change)


def withdraw(student: Student, change: Change) -> Student:
    """退学: of senior high alone; in compulsory years the life cycle has no such step."""
    return become(student, StudentStatus.WITHDRAWN, change, status_reason=change.value("withdrawal_reason"))


def expel(student: Student, change: Change) -> Student:
    """开除: of senior high alone (义务教育法 27)."""
    return become(student, StudentStatus.EXPELLED, change, status_reason=change.value("reason"))


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""
