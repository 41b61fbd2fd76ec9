"""The review of each term (学期学籍复核, Article 24): the roll as the system has it, against who sits in the class.

opened (by the province or an authority)  -->  each school takes the roll of that day
    class by class: the registrar enters what differs, with the class teacher's name; the second person confirms
the authority draws a sample by lot, looks there, and seals the result; what changes later is a new review

``differences``  what may differ, what it leads to, and which clause it may be a breach of
``campaign``     a review: its term, the day of the roll, and by when it is to be done
``sampling``     the lot: decided by the answers themselves, so that nobody can pick a class
``result``       the sealed result
"""

from kernel.review.campaign import Campaign, campaign_of
from kernel.review.differences import Difference, DifferenceKind, counted, require_fitting
from kernel.review.result import ClassResult, ReviewResult
from kernel.review.sampling import SampledClass, draw, seed_of

__all__ = [
    "Campaign",
    "ClassResult",
    "Difference",
    "DifferenceKind",
    "ReviewResult",
    "SampledClass",
    "campaign_of",
    "counted",
    "draw",
    "require_fitting",
    "seed_of",
]
