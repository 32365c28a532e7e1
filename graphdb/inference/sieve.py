"""Which keys were surely never seen, in two megabytes however many there are."""

_N_BITS = 1 << 24
_LAST = _N_BITS - 1


class Sieve:
    """Remembers keys, and now and then one that it was never given (Bloom, 1970).

    With a million keys that happens to 6 in 1,000 others.
    """

    def __init__(self) -> None:
        self._bits = bytearray(_N_BITS // 8)

    def add(self, key: str) -> None:
        """Remember a key."""
        bits, number = self._bits, hash(key)
        # Three places from one number of 64 bits.
        for place in (number & _LAST, number >> 20 & _LAST, number >> 40 & _LAST):
            bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, key: str) -> bool:
        """Say whether a key may be one of those; those that are, always may."""
        bits, number = self._bits, hash(key)
        return all(
            bits[place >> 3] >> (place & 7) & 1
            for place in (number & _LAST, number >> 20 & _LAST, number >> 40 & _LAST)
        )
