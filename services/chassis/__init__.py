"""The chassis: what every tier runs on, and nothing of what any tier means.

    settings   what an operator says, checked before anything starts
    logs       JSON lines for the person at night, with personal data kept out
    sql        transactions, outbox, feed, cursors, migrations
    loops      what goes on in the background until it is told to stop
    telemetry  numbers and traces
    keys       signing, sealing, fingerprints
    script     how Chinese characters are read and simplified
    rpc        servers and channels; refusals to statuses and back
    exchange   up by Submit, down by Feed
    mail       letters between hubs
    ledger     cases as an office remembers them
    desk       an office's own people
    workbooks  rosters in the form that schools have them
    evidence   proofs from outside, cleaned before they are kept

Three rules hold it together.

**Async edges, sync core.** ``rpc``, ``exchange``, ``mail`` and ``loops`` live in the event loop. A use case is a plain
function that ``sql`` runs inside one transaction on a bounded pool of threads:

    event loop                     threads of the database
    ----------                     -----------------------
    await database.run(f, x) --->  begin; f(tx, x); commit
      (the caller may give up)       again, if the database says that two collided
    signals  <-------------------  only after the commit

So a use case can dial nobody in the middle of a transaction, and can be run again: whatever must leave is a row of the
outbox, and whatever must be told is a row of the feed, in the same commit as what they tell of.

**A row, then a wake.** Signals make things quick and never make them happen. A process that missed every signal does
the same work a few seconds later, because loops look at their rows when idle.

**Everything is bounded.** Every wait, retry, batch, queue and pool has a number, and the number a name.
"""
