"""A thousand transfers between two provinces in a storm (``make chaos-transfers``).

storm       hubs, index, broker and database killed and started again; the broker's storage deleted
verdict     what must hold when it is over
picture     how many had moved, and what was killed when
"""
