"""Evidence (证明材料) as an office keeps it: the bytes behind the digests that cases name.

    cleaning   a file from outside: judged, and pictures drawn anew, in a process of its own (``sandbox``)
    store      the table; what no case names goes after a day (``sweeping``)
    desk       an office's own people bring proofs, and look at those of a case
    relay      offices between each other: content climbs before the case that names it
    reading    one proof of one case; what an asked office lacks it is shown from above

The way of one proof, with what holds on it::

    person ──PutEvidence──> school ──Want, Put──> authority ──Want, Put──> hub ──archive──> other hub
              cleaned here     │      inspected there            │ inspected there
                               └─ then Submit: a case is taken when what it names is here

Downward nothing is sent. A releasing school that is asked for a pupil sees the case's proofs through ``GetEvidence`` at
its own desk, which asks the office above, and that one its own, as long as each has the case; no copy stays on the way:
who asks for a pupil shows why, and the school that lets go has no use for another family's papers afterwards.

A digest opens nothing by itself: content is given only to an office that has the case and of a case that names it.
Whoever could name it in a case of their own must know the digest, which is known only to those who have the content or
the case.

Use cases import ``store`` alone, which never sees the wire; hence nothing is imported here.
"""
