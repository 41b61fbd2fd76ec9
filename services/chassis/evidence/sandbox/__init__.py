"""The program that opens a proof from outside: run as a process of its own, under limits, and told nothing.

It takes the file as its standard input and answers with one line of JSON, then bytes::

    {"media_type": "image/jpeg"}\\n<content>       what is to be kept
    {"refused": "EVIDENCE_UNSAFE", "why": "..."}\\n

Two tasks. What a person brings is cleaned: a picture is drawn anew, so that what a camera writes beside it (where,
when, by what) and what somebody hid behind it stay outside. What another office sends is inspected, because its digest
must stay: the same judgement, and the content as it came. A cleaned picture passes inspection.
"""
