"""The node of a status authority (学籍主管部门): the truth of its decisions, and of nothing else.

An authority is a county, or the prefecture or province that runs a school directly (Article 3): one program, and the
division code in its certificate says which. Schools submit cases here and its officers decide them; what they approve
goes up to the province's hub, what they return or refuse goes back down with the reason.

It asks its hub, and nobody below: schools follow its feed. While the hub is down cases are received and decided all the
same, and wait in the outbox; while this node is down schools go on entering, and their cases wait with them. Everything
that it knows of pupils it learnt from outcomes; the records are the hub's.

    rpc        intake (from schools), feed (to schools), desk (for officers)
    usecases   receive_case, decide_case, absorb_feed, take_refusal, check_case, list_students
    domain     routing: whose turn it is; decisions: what may be decided, and who leaves the case with it;
               pre_checks: what an officer is told before deciding
    store      the case ledger, pupils known, outbox, feed, cursor
    links      upward: the submitter and the follower of the hub
"""
