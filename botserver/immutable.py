"""`dataclass` and `changed` for values of which every turn makes many. To mypy, which checks all of our code, they are
`dataclass` and `replace` of `dataclasses`, and `frozen=True` means what it says.

At run time nothing guards the fields: past a guard `__init__` has to set each field through a call. And the compiled
`making` fills the slots without running `__init__`: a seventh of a turn was spent in those. Classes whose `__init__`
does more than take its fields are made by that, and so is everything with BOTSERVER_DEBUG=1, which guards the fields
too, and with BOTSERVER_VM=reference, which needs no compiled module.
"""

from __future__ import annotations

import dataclasses
import os
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace

    changed = replace  # only for classes whose fields `__init__` takes, all, in their order
else:
    _IS_GUARDED = os.environ.get("BOTSERVER_DEBUG") == "1"
    _making = None
    if not _IS_GUARDED and os.environ.get("BOTSERVER_VM") != "reference":
        try:
            from botserver_speedups import making as _making
        except ModuleNotFoundError as error:  # nothing is built so far; without the VM no server starts
            if error.name not in ("botserver_speedups", "botserver_speedups.making"):
                raise

    def dataclass(*, slots, frozen=False):
        """Values of a frozen class compare and hash by their fields, guarded or not."""

        def decorate(cls):
            has_own_init = "__init__" in cls.__dict__  # `dataclasses` leaves it as it is
            if frozen and not _IS_GUARDED:
                made = dataclasses.dataclass(cls, slots=slots, unsafe_hash=True)
            else:
                made = dataclasses.dataclass(cls, frozen=frozen, slots=slots)
            if _making is not None and not has_own_init:
                _making.equip(made)
            return made

        return decorate

    def plainly_changed(instance, /, **changes):
        """`changed` in Python: which fields a class has is looked up once."""
        cls = instance.__class__
        read, places = _known.get(cls) or _look_up(cls)
        values = list(read(instance))
        for name, value in changes.items():
            if name not in places:
                raise TypeError(f"{cls.__name__} has no field {name!r}")
            values[places[name]] = value
        return cls(*values)

    _known: dict[type[Any], tuple[Any, dict[str, int]]] = {}

    def _look_up(cls):
        found = dataclasses.fields(cls)
        if len(found) < 2 or not all(each.init and not each.kw_only for each in found):
            raise TypeError(f"{cls.__name__} cannot be copied so")
        names = [each.name for each in found]
        _known[cls] = (attrgetter(*names), {name: place for place, name in enumerate(names)})
        return _known[cls]

    changed = plainly_changed if _making is None else _making.changed
