"""The national index (全国学籍号索引): one child, one number, one custodian.

It is the truth of two sentences, and of nothing else about a child:

    this identity holds this number        Article 5 and 6: one number for life, never a second record
    this province has custody, at epoch e  Articles 14 to 16: a record moves by one decision, taken here

What it keeps cannot be read as a person. A document or number is a fingerprint under a key that stays as long as the
log; ``handle`` has it encrypted once more, and ``person`` the number, under a storage key that can be replaced
(``usecases.rekey``, ADR 0027). What records are compared by is keyed tokens (``trait``). There is no name, no address,
no family.

    hub ── Issue ──────▶ parse and hash ─▶ claim handles ─▶ take sequences ─▶ claim numbers ─▶ persons
                                            a primary key                      a primary key
    hub ── Open ───────▶ slot OPEN                      one per student: compare and set
    hub ── Commit ─────▶ both hubs' signed votes ─▶ custodian, epoch + 1, slot COMMITTED ─▶ receipt ─▶ both feeds
    hub ── Close ──────▶ slot ABORTED ─────────────────────────────────────────────────────▶ receipt ─▶ both feeds

Who asks: province hubs, by gRPC; and the officers of the nation's own desk, who may look up. Whom it asks: nobody. It
dials no other service, so no other service's failure is its own; what it has to say later it says in a feed that the
hubs read (``FeedService``, audience ``province/<code>``).

When it is down, hubs go on with everything that needs no new number and moves nobody across a provincial border; their
questions wait in their outboxes. Every question can be asked twice: an item that has a number gets the same number
again, a transfer that ended gives the same receipt. When its database is down it says ``Unreachable`` and changes
nothing. It has an *incarnation*, raised by one when it was restored from a backup (``index_facts``): receipts carry
it, so that hubs can tell what a restored index no longer knows (rule R8 of the transfer protocol).

    rpc/        the front door: messages to values and back, and who may ask what
    usecases/   what can be asked: issue, suspect, look up, open, commit, close, read again; the key is replaced
    domain/     what only this tier rules on: applicants and their numbers, who resembles whom, the slots of transfers,
                the stages in which a storage key is replaced
    store/      what is remembered: persons, handles, tokens, suspicions, sequences, slots, the feed, the book of keys
    links/      what leaves: nothing
"""
