"""The failures that scripts test for by a result of null, where nothing outside is asked."""

from __future__ import annotations

from ...vm.values import HostValue
from ..outcomes import Outcome


async def soft_error(arguments: tuple[HostValue, ...]) -> Outcome:
    """The soft error that the arguments name."""
    number, message = arguments
    return Outcome(None, number if isinstance(number, int) else 4000, str(message), is_soft=True)
