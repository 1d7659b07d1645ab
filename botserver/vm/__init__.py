"""Executes programs. Pure: no I/O, no clock, no callback; same inputs, same outputs, same bytes."""
