"""Pretrained encoders, one module a source of weights."""
