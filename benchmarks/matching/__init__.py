"""Suspected duplicates: a generated, labelled population, and how many of its duplicates the index finds."""
