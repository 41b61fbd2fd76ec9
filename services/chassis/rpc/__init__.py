"""gRPC between offices: who may ring, how a no travels, and how long anybody waits.

    server   RpcServer: mutual TLS, health, reflection, and a doorkeeper before every method
    door     what the doorkeeper does: identity, deadline, the message's own rules, refusals out, one log line
    caller   who is speaking, for the servicers: caller, require_node, require_desk
    client   open_channel: proves which office it reached, waits for a bounded time, tries again where that is harmless
    streams  pieces from a caller who was refused: let run out, within bounds
    wire     refusals to and from their message, and to and from gRPC's statuses: the one map

A refusal raised in a use case arrives at the calling use case as the same class. Everything else that can go wrong on
the way is ``Unreachable`` (ask again later) or ``SystemFault`` (their bug, told by its number).
"""

from chassis.rpc.caller import caller, require_desk, require_node
from chassis.rpc.client import open_channel
from chassis.rpc.labels import office_label
from chassis.rpc.server import RpcServer
from chassis.rpc.streams import discard
from chassis.rpc.tls import TlsFiles

__all__ = ["RpcServer", "TlsFiles", "caller", "discard", "office_label", "open_channel", "require_desk", "require_node"]
