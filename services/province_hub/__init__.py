"""The province hub (省级学籍数据中心): the truth of the students of one province.

It holds each pupil's record (学籍), the history of that record, and the custody under which it may write it. It decides
nothing by itself: cases climb to it with the endorsements of schools and authorities, and what it does is to check that
chain against the procedure, to apply each item in one transaction with the history event, and to say down the feed what
became of it.

    counties --Submit-->  rpc/intake  -> usecases/receive_case ---> lane "index" --links/index--> the national index
                                             |        |                                                  |
                          a transfer:        |        v                                                  v
                          ask, apply, refuse |     case ledger                          usecases/take_index_answer
                                             v                                                           |
    counties <--Read----  rpc/feed   <------ feed  <------------- students, history <--------------------+
    its own people ---->  rpc/desk   -> usecases/list_students

Whom it asks. The national index, for numbers (Articles 5 and 6) and for custody where a pupil leaves or enters the
province; and other hubs, by letter. Never a county or a school: they ask it.

What it does when they are down. Without the index, cases are received and acknowledged as always; those that need a
number wait in lane ``index`` and go on by themselves. Without the counties, what they are to hear waits in their feed.
Without its own database it refuses, and the counties keep what they have until it is back.

Custody. A record here is HELD (this hub alone may write it), FROZEN (released for one transfer: nobody writes) or GONE
(a copy, read only, Article 9). ``store/students.py`` is the only place that writes records, and guards all three.
"""
