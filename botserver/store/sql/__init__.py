"""What every SQL database does for the store, once: jobs, functions of a connection and a time.

A job reads and writes and returns; the backend runs it in one transaction that behaves as if it ran alone, and runs it
again where its database asks for that. Statements are in the SQL that SQLite and PostgreSQL share, with `?` for values,
which are always bound. Nothing here knows threads, event loops or drivers.
"""
