"""Performers carry out effects: one module per effect family. There are two sorts.

A performer of outside calls takes an effect and an idempotency key and gives a value or raises ScriptError. It knows no
session, no turn and no commit; the engine calls it after the commit that announces the call, and again with the same
key if the process died meanwhile.

A performer of store effects belongs to one turn. It reads committed data of our own store and, over it, what the turn
staged; it writes nothing: `writes` gives what the turn's commit will hold. If the turn is run again, so is all of it.
"""
