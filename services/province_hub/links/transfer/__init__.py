"""What a transfer between provinces sends and fetches: questions to the index, letters by NATS, archives over gRPC.

Each is a loop over an outbox lane. None holds a transaction open while it waits for somebody; each may die between any
two lines and goes on from the row.
"""
