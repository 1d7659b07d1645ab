"""Sessions: their life, their turns, their commits. Knows no gRPC and no SQL."""
