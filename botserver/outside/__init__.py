"""The world outside: what leaves the process for servers that are not ours. Knows no session and no script."""
