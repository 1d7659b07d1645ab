"""Durable truth: the interface in `abc`, its backends beside it. State is bytes here; nothing knows the VM."""
