"""How values are written for people, as filters and functions of the templates.

writing     moments, numbers, offices, sentences of a refusal
urgency     how near the end of the statutory time is, in a word and a colour
facts       what a case or a record says, item by item, and what a change changes
way         the offices of a case in order, and how far it has come
navigation  which pages there are for whom
fields      what is filled in, one at a time: its choices, its help, what is wrong
form_drawing, form_help  the national form of 72 items, of fields
procedures  what a school begins, as a person looks for it
"""
