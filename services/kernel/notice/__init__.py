"""Notices (书面告知、报告、通知书): what one office tells another in writing, and that it has been told.

Cases write to records; notices tell offices, and change no record. The Measures ask for them by name: each term's
written notice of directly run schools (Article 18), the report of a dropout and the handing over of migrant children's
archives (22), registrars' data to the tier above (23), the result of a term's review (24), orders to put right (26 and
27).

    ``kinds``   every kind of notice with its title, its clauses, who may tell it to whom, and what it must say
    ``papers``  a notice and a receipt of one, as they are signed and read again
    ``route``   the way from any office to any other: up to the first tier that knows the receiver, and down to it
"""

from kernel.notice.kinds import CONTENT_LABELS, KINDS, KindOfNotice, Line, NoticeKind
from kernel.notice.papers import (
    Content,
    Notice,
    NoticeReceipt,
    NoticeState,
    ReceiptStage,
    Value,
    content_of,
    id_of_occasion,
)
from kernel.notice.route import Across, Arrived, Came, Down, Hop, Up, is_above, next_hop, require_line

__all__ = [
    "CONTENT_LABELS",
    "KINDS",
    "Across",
    "Arrived",
    "Came",
    "Content",
    "Down",
    "Hop",
    "KindOfNotice",
    "Line",
    "Notice",
    "NoticeKind",
    "NoticeReceipt",
    "NoticeState",
    "ReceiptStage",
    "Up",
    "Value",
    "content_of",
    "id_of_occasion",
    "is_above",
    "next_hop",
    "require_line",
]
