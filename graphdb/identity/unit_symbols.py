"""The symbols of units in which capitals matter: 3 mV is no 3 MV, and 5 KM is 5 km."""

from collections import defaultdict

_PREFIXED = {
    "m": "kMcmµnpμ",
    "g": "kmµμnpMGTP",
    "s": "mµμnp",
    "A": "kmµμn",
    "K": "m",
    "mol": "mµμnk",
    "M": "mµμnp",
    "Hz": "kMGTm",
    "N": "kmM",
    "Pa": "khMGm",
    "J": "kmMGT",
    "W": "kmMGTµμ",
    "V": "kmMµμG",
    "F": "mµμnp",
    "Ω": "kmMG",
    "S": "mµμ",
    "T": "mµμ",
    "H": "mµμ",
    "Wh": "kMGTm",
    "eV": "kmMGT",
    "cal": "k",
    "l": "mcdµμh",
    "L": "mcdµμh",
    "B": "kMGTP",
    "b": "kMGT",
    "bit": "kMGT",
    "Da": "k",
    "bar": "m",
    "Bq": "kMGT",
    "Sv": "mµμ",
    "Gy": "mc",
    "pc": "kM",
    "t": "kMG",
}
_BARE = (
    "min",
    "h",
    "d",
    "ha",
    "in",
    "ft",
    "mi",
    "lb",
    "oz",
    "C",
    "G",
    "cd",
    "lm",
    "lx",
    "rpm",
    "U",
)
_SPELLED_ALIKE = {"KB": "kB", "Kb": "kb", "KG": "kg", "KM": "km"}
"""What people write for another symbol, where rules alone would find two."""

SYMBOLS = frozenset(
    (
        *_BARE,
        *_PREFIXED,
        *(prefix + unit for unit, prefixes in _PREFIXED.items() for prefix in prefixes),
    )
)
_by_folded: defaultdict[str, list[str]] = defaultdict(list)
for _symbol in sorted(SYMBOLS):
    _by_folded[_symbol.casefold()].append(_symbol)


def symbol(text: str) -> str:
    """Return the symbol that a unit is written as, in its own case; folded if it is none.

    >>> [symbol(text) for text in ("mV", "MV", "KHZ", "Parsecs")]
    ['mV', 'MV', 'khz', 'parsecs']
    """
    if text in SYMBOLS:
        return text
    # "MM" may be mm or Mm. Where several symbols differ in capitals only, nobody can tell which.
    symbols = _by_folded.get(text.casefold(), ())
    return _SPELLED_ALIKE.get(text) or (symbols[0] if len(symbols) == 1 else text.casefold())
