"""Readers that come along, each for the models of another library, which is an extra."""
