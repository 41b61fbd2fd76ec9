"""The node of a school (学校): the truth of its own roll and drafts, and of nothing above it.

A registrar brings a roster in and mends what was wrong with it; the drafts become a case; the school's second person
checks it, and the node signs. From there the school follows: whose turn it is, what came back and why, which numbers
came down. It has the receiving and the releasing side of a transfer as well.

It asks its authority, and nobody asks it: the node dials out and follows a feed. While the authority is down the school
goes on entering, and sees that nothing was accepted yet; what was checked waits in the outbox. What it holds of its
pupils is a copy: the records are the province's.

    rpc        desk (registrar, principal), roster (workbooks)
    usecases   import_roster, submit_drafts, file_case, decide_case, withdraw_case, absorb_feed, …
    domain     roster: the layout of the national form; pupil: states of a line of the roll; batches
    store      the case ledger, the roll, outbox, cursor
    links      upward: the submitter and the follower of the authority
"""
