"""Performers carry out outside calls: one module per effect family.

A performer takes an effect and an idempotency key and gives a value or raises ScriptError. It knows no session, no
turn and no commit; the engine calls it after the commit that announces the call, and again with the same key if the
process died meanwhile.
"""
