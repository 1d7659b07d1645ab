"""Text to program. Knows no session."""
