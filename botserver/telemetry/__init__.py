"""What an operator sees: metrics and logs. Imports only the foundation; implements the hooks of rpc and session."""
