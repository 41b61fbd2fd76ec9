"""Evidence (证明材料): the bytes behind the digests that cases name.

``cleaning`` judges a file from outside, and draws pictures anew, in a process of its own (``sandbox``).
"""
