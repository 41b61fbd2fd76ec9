"""Questions that climb (询问): read only, answered while the person waits, by the tier that is the truth of them.

Cases write to records, notices tell offices, inquiries ask upward and write nothing:

    a person --> the school's node --> its authority -----> the hub, which counts and answers
                 whose certificate?    one of its schools?  one of its authorities, and for one of its schools?
                 whose scope?          whose scope?         whose scope?

Each node asks with its own identity and says for which office; each tier checks that the office lies below the node
that calls, and that what is asked for is the office's own or lies below it (Art. 3). So nobody is told more than they
could have asked for themselves, whoever passes the question on. Each hop has a deadline, shorter than that of the hop
before it; where a tier does not answer, it is named.

    servicer          InquiryServicer: one class for every tier, given the answers that the tier has
    servicer_records  a record and its history, at the tiers that have none of their own
    asker             for whom a call asks
    relay             asking the tier above
    allowance         how often one asker may ask about what is not their own
    wire              messages to the questions and answers of kernel.figures.answers, and back
"""
