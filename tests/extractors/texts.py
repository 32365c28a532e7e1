"""Strategies for any text at all, the nasty kinds included."""

from hypothesis import strategies as st

NASTY = (
    "", " ", "\n", "\r\n", "\x00", "\ud800", "\udfff", "é́", "‏שלום", "👩‍👩‍👧", "你好。", "กรุงเทพ",
    "ﬁ", "İ", "...", "—", "‌", "﻿", "Ada", "Acme Ltd.", "J. R.", "x" * 700, "\n\n# Title\n",
    "- item\n", "1. ",
)  # fmt: skip

any_text = st.lists(
    st.one_of(
        st.sampled_from(NASTY),
        st.text(st.characters(codec=None), max_size=12),
        st.text("abc ABC.!?\n\r\t,()'\"-1é", max_size=40),
    ),
    max_size=14,
).map("".join)
"""Any sequence of code points, lone surrogates too."""
