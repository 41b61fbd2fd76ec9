"""Documents that are made from what the program is, so that they cannot say anything else.

proofs            which tests prove which clause of the Measures, read from the tests' own marks
words             a row's values as people read them
regulation_page   docs/regulation.md: clause by clause, what serves it and what proves it
"""
