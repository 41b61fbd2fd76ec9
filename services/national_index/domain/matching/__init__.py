"""Suspected duplicates (疑似重复): which two records may be one child, as people mistype Chinese names.

A certain duplicate is a document claimed twice, and the database refuses it. What is left is one child under two
documents or none, or under a name that somebody wrote by ear, by eye or in another script:

    names       a name as it is written, as it sounds, as it looks, and as a transliteration of it sounds
    features    a person as a row of keyed tokens, equal where what they stand for is equal, and readable to nobody
    model       settings.json: what is compared, what each outcome weighs, and from where on two records are suspected

The settings are Splink's own form, and the only description of the comparison: Splink reads them for the sweep of all
records (Art. 24), on DuckDB for a machine and on Spark for a nation, and the index for the check of a registration.
"""
