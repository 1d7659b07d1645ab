"""The compiled VM: the twin of `botserver.vm.reference`, which says what it must do; `making`, the twin of what
`dataclasses` makes; and `turn_rows`, the twin of `botserver.store.sqlite.turns`."""
