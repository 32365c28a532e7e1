"""Weights of what speaks for and against two names being one.

Written by `python -m benchmarks.fit_identity` from 4232 pairs.
"""

BIAS = 2.82
WEIGHTS = {
    "KNOWN": 3.0,
    "DEFINED": 1.57,
    "ALIAS": 1.34,
    "LETTERS": 0.01,
    "INVERTED": -1.85,
    "LEGAL_FORM": 1.21,
    "TITLE": -2.3,
    "WRITTEN_OUT": 1.99,
    "PLURAL": 2.88,
    "MIDDLE_INITIAL": 1.38,
    "ALPHABET": 0.62,
    "WORDS": -0.89,
    "INITIALS": -1.77,
    "MIDDLE": -0.47,
    "SHORT_FORM": -1.43,
    "ACRONYM": -0.53,
    "SOUNDS": 1.48,
    "SPELLING": -0.25,
    "EQUATED": -0.95,
    "PART": -4.0,
    "few letters": -0.53,
    "shared facts": 2.08,
    "together": -3.77,
    "rival": -3.04,
    "elsewhere": -0.49,
}
