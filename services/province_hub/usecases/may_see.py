"""Who may see the records of a school."""

from __future__ import annotations

from kernel.endorsement import Register
from kernel.office import Office, Tier


def may_see(asker: Office, school: str, *, here: Office, register: Register) -> bool:
    """Whether an office may see the records of a school: the province of all, an authority of its own schools, a school
    of its own pupils (Article 3).
    """
    if asker in (here, Office(Tier.SCHOOL, school)):
        return True
    answering = register.answers_for(school)
    return answering is not None and asker == Office(Tier.AUTHORITY, answering)
