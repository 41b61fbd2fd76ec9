"""The desk: what an office offers its own people, the same at every tier.

``servicer`` speaks protobuf to the person's program and plain commands (``commands``) to the tier's use cases. A tier
passes the use cases that it has; what it has not, it refuses by name. Use cases import ``commands`` alone, which never
sees the wire; hence nothing is imported here.
"""
