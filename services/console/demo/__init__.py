"""The demonstration: invented children, real workbooks, real services, and a story in which every claim is checked.

names     names of people, invented, with the shapes that break naive systems
rosters   workbooks in the layout of the national form, with planted mistakes
story     what happens: an intake in two provinces, and a child who moves between them
report    what was seen, and whether it was what should be seen
stage     the federation, the screen and the story together
"""
