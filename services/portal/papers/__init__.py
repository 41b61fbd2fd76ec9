"""Papers that a counter gives out, as PDF/A with embedded fonts: the same on any printer and in thirty years.

typesetting    a template and its data become bytes
codes          the code on a paper by which anybody can ask whether it is genuine
case_codes     the code by which a parent asks where a case is
certificate.typ, roster.typ, paper.typ    the templates; what is data comes in as data and is never read as markup
"""
