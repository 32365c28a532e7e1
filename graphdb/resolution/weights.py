"""Weights of what speaks for and against two names being one.

Written by `python -m benchmarks.fit_identity` from 1896 pairs.
"""

BIAS = 2.34
WEIGHTS = {
    "KNOWN": 3.0,
    "DEFINED": 1.62,
    "LETTERS": 0.04,
    "LEGAL_FORM": -0.09,
    "WORDS": -1.89,
    "PLURAL": 2.07,
    "INITIALS": -0.16,
    "MIDDLE": 0.04,
    "ACRONYM": 0.31,
    "SPELLING": -1.19,
    "EQUATED": -0.74,
    "PART": -4.0,
    "few letters": -0.27,
    "shared facts": 1.84,
    "together": -3.64,
    "rival": -1.13,
    "elsewhere": -0.71,
}
