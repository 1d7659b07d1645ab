"""The compiled VM: the twin of `botserver.vm.reference`, which says what it must do; and `making`, the twin of what
`dataclasses` makes."""
