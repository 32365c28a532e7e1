"""Weights of what speaks for and against two names being one.

Written by `python -m benchmarks.fit_identity` from 5121 pairs.
"""

BIAS = 3.02
WEIGHTS = {
    "KNOWN": 3.0,
    "DEFINED": 1.49,
    "ALIAS": 1.24,
    "LETTERS": -0.04,
    "INVERTED": -1.44,
    "LEGAL_FORM": 1.42,
    "TITLE": -0.76,
    "WRITTEN_OUT": 2.05,
    "PLURAL": 2.77,
    "SMALL_WORDS": 0.24,
    "MIDDLE_INITIAL": 1.42,
    "ALPHABET": 0.55,
    "WORDS": -1.63,
    "INITIALS": -1.69,
    "MIDDLE": -0.98,
    "SHORT_FORM": 0.22,
    "ACRONYM": -0.44,
    "SOUNDS": -0.61,
    "SPELLING": -0.5,
    "EQUATED": -1.12,
    "PART": -4.0,
    "few letters": -0.54,
    "shared facts": 1.27,
    "together": -3.8,
    "father or child": -5.68,
    "differing facts": -4.08,
    "rival": -3.1,
    "elsewhere": -0.51,
}
