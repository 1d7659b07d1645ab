"""`changed`: a copy of a dataclass with other values in some fields, as `dataclasses.replace` makes it.

For what is copied with every turn, such as the notes of a session: a copy takes a little more than half of the time,
because which fields a class has is looked up once. Only for classes whose fields `__init__` takes, all of them and in
their order.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace  # so that the fields are checked

    changed = replace
else:
    _known: dict[type[Any], tuple[Any, dict[str, int]]] = {}

    def changed(instance, /, **changes):
        cls = instance.__class__
        read, places = _known.get(cls) or _look_up(cls)
        values = list(read(instance))
        for name, value in changes.items():
            values[places[name]] = value
        return cls(*values)

    def _look_up(cls):
        found = fields(cls)
        if len(found) < 2 or not all(each.init and not each.kw_only for each in found):
            raise TypeError(f"{cls.__name__} cannot be copied so")
        names = [each.name for each in found]
        _known[cls] = (attrgetter(*names), {name: place for place, name in enumerate(names)})
        return _known[cls]
