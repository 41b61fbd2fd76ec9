"""The portal: what a person opens in a browser. The web face of any tier.

It is the truth of nothing: it holds no data and asks its office's node for everything, over gRPC, as the person who is
logged in and under that person's own certificate, so a node sees no difference between a browser and a terminal. What
is in its memory are sessions, each with what the node said of the roster that it brought last, and they end with the
process.

    browser --https--> guard -> pages -> desk --gRPC, mutual TLS--> the office's node
                                  |
                                  +-> showing, templates

settings     what an operator says: the offices whose people log in here, their accounts and certificates
guard        who is asking: accounts, sessions, second factor, throttle, and what every answer forbids the browser
desk         the way to the node: one loop for all channels, one desk for each person
showing      how a value is written for people: masked numbers, moments, offices, refusals
pages        what can be done, one subject a file: the address, the question to the node, the template
templates    the pages' form, in Chinese; static: their style and the little script there is

When the office's node is down, a page says so, keeps what was typed, and nothing is lost, because nothing is kept here.
"""
