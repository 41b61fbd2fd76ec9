"""The demonstration: invented children, real workbooks, real services, and a story in which every claim is checked.

names     names of people, invented, with the shapes that break naive systems
rosters   workbooks in the layout of the national form, with planted mistakes
cast      the people of the story, each at their own desk
intake    a roster becomes numbered pupils
moving    a child moves to another province
crowd     many children at once who will move
clerks    registrars who file, and offices that approve whatever waits for them, at any pace
story     both of them, in two provinces, from the first row to the last receipt
report    what was seen, and whether it was what should be seen
screen    what a person is shown meanwhile
stage     the federation, the screen and the story together
"""
