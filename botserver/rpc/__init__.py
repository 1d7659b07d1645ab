"""The wire: gRPC on one side, the session service's interface on the other. Translates, decides nothing."""
