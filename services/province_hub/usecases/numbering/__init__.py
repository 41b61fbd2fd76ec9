"""Formal numbers of a province, each spring (正式学籍号, Art. 5).

    rehearse   how many would be asked about; writes nothing     rehearse.py
    begin      the run of this spring                            begin.py
    next_page  the pupils to ask the index about next            pages.py
    take_page  what it answered: numbers, and doubts             pages.py

The run is a row with a position: a process that ends in the middle goes on with the next page, and a page that two
processes asked about is taken once.
"""

from province_hub.usecases.numbering.begin import NUMBERING_WAITS, begin_numbering
from province_hub.usecases.numbering.pages import NumberAnswer, Page, next_page, take_page
from province_hub.usecases.numbering.rehearse import NumberingPage, list_numberings, numbering_of, rehearse_numbering

__all__ = [
    "NUMBERING_WAITS",
    "NumberAnswer",
    "NumberingPage",
    "Page",
    "begin_numbering",
    "list_numberings",
    "next_page",
    "numbering_of",
    "rehearse_numbering",
    "take_page",
]
