"""A term's review at the school: one enters, the other confirms."""

from __future__ import annotations

from functools import partial

from chassis.reviews import ReviewUseCases
from chassis.reviews.servicers import ReviewServicer
from chassis.sql import Database
from kernel.clock import Clock
from kernel.office import Role
from school_node.store.transaction import SchoolTransaction
from school_node.usecases.office import SchoolOffice
from school_node.usecases.review import answer_class, check_class, list_classes, show_class


def review(
    database: Database[SchoolTransaction], *, office: SchoolOffice, clock: Clock
) -> ReviewServicer[SchoolTransaction]:
    return ReviewServicer(
        database,
        office=office.here,
        use_cases=ReviewUseCases(
            classes=list_classes,
            show_class=show_class,
            answer=answer_class,
            check=partial(check_class, post=office.notices),
        ),
        roles=(Role.REGISTRAR, Role.PRINCIPAL),
        entering=(Role.REGISTRAR,),
        deciding=(Role.PRINCIPAL,),
        clock=clock,
    )
