"""The index's log (登记日志): what it issued and moved, so that anybody can see that it never gave two numbers to one
identity and never rewrote its past (Art. 5, 6; RFC 6962).

    merkle       hashing and proofs
    entries      what an entry says: sixty-four bytes, and nothing that a person could be read from
    checkpoints  the index's signed word on a size and a root, and the provinces' beside it
    audit        what must be true of the entries, read from outside in their order
"""
