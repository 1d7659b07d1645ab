"""A session service for chat bots: scripts in, durable conversations out."""

__version__ = "0.1.0"
