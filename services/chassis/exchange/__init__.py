"""Up by Submit, down by Feed: the one conversation between neighbouring tiers.

A lower tier keeps what it sends in an outbox lane until the tier above has answered (``Submitter``), and reads what
happened from a cursor in its own database (``Follower``). The upper tier answers with ``IntakeServicer`` and
``FeedServicer``. Nothing dials downward, every hop is idempotent by case id and head of chain, and a tier that was
switched off for a week catches up.
"""

from chassis.exchange.follower import Follower
from chassis.exchange.lane import LaneSender
from chassis.exchange.servicers import FeedServicer, IntakeServicer, Received
from chassis.exchange.submitter import LANE_UP, Submitter

__all__ = ["LANE_UP", "FeedServicer", "Follower", "IntakeServicer", "LaneSender", "Received", "Submitter"]
