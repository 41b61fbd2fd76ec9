"""How values are written for people, as filters and functions of the templates.

writing     moments, numbers, offices, sentences of a refusal
urgency     how near the end of the statutory time is, in a word and a colour
navigation  which pages there are for whom
"""
