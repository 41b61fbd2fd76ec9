"""Letters between provincial hubs over NATS JetStream: quick, and trusted with nothing.

    outbox row -> PostOffice.publish -> stream of the receiver -> PostOffice.deliveries -> inbox row, then the ack

The broker may lose, repeat and reorder whatever it likes, and may be emptied altogether. A letter stays in its sender's
outbox until the *other hub* has acknowledged it in a letter of its own; the receiver's inbox knows letters by their id.
Here is only the way between the two: it holds no state, and it finds its way back by itself after every outage.

Each hub has one stream, LETTERS_<code>, on ``letter.<code>.*``; the last token of the subject is the sender, which the
broker holds true by the sender's certificate.
"""

from chassis.mail.post_office import LETTER_BYTES_MAX, Delivery, PostOffice

__all__ = ["LETTER_BYTES_MAX", "Delivery", "PostOffice"]
