"""Values: what the words of a date or a quantity amount to."""

from graphdb.values.dates import DateValue, date_value
from graphdb.values.quantities import QuantityValue, quantity_value
from graphdb.values.words import needs_its_text

__all__ = ["DateValue", "QuantityValue", "date_value", "needs_its_text", "quantity_value"]
