"""Workbooks (.xlsx) from and for people outside: read as data that may be hostile, written as text that stays text.

``reading.read_rows`` looks at size and first bytes, then hands the open file to a process of its own
(``chassis.workbooks.sandbox``) that has bounds on memory and time and answers in JSON, row by row::

    the upload ──> reading ──(descriptor)──> sandbox process: directory judged, then streamed
                      <────────── lines of JSON ───────────

Whatever the file does, it does there, and ends with that process. A formula is never evaluated: its last value is
read as data. ``writing.write_rows`` is the way back, for templates and for lists of what was wrong.

This package knows no form and no procedure: what the columns mean is the caller's.
"""
