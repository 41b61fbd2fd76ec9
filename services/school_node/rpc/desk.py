"""The desk of the school's two people: one enters, the other checks."""

from __future__ import annotations

from functools import partial

from chassis.desk.commands import DeskUseCases
from chassis.desk.servicer import DeskServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from kernel.titles import Titles
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.decide_case import decide_case
from school_node.usecases.file_case import file_case
from school_node.usecases.list_pupils import get_student, list_students
from school_node.usecases.office import SchoolOffice
from school_node.usecases.withdraw_case import withdraw_case


def desk(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> DeskServicer[SchoolTransaction]:
    return DeskServicer(
        database,
        office=office.here,
        use_cases=DeskUseCases(
            list_students=partial(list_students, office=office),
            get_student=partial(get_student, office=office),
            decide=partial(decide_case, office=office),
            file_case=partial(file_case, office=office),
            withdraw=partial(withdraw_case, office=office),
        ),
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        entering=(Role.REGISTRAR,),
        deciding=(Role.PRINCIPAL,),
        titles=Titles(office.packs),
        clock=clock,
    )
