"""Effects on all a session keeps: saved, restored, added to by a template, shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ...errors import ScriptError
from ...language.session_fields import SESSION_FIELDS
from ...vm.effects import LogLine
from ...vm.machine import Heap
from ...vm.values import HostValue
from ..releases import LoadedRelease
from ..states import Said, context_lines, restored_state, saved_state, shown_json, templated, variable_lines

Arguments = tuple[HostValue, ...]


@dataclass(frozen=True, slots=True)
class SessionKeeps:
    """Of one turn. `read_field` gives a field of the session, `log` and `show` take what authors see, `put_history`
    what scripts and prompts see of the conversation from now on."""

    heap: Heap
    release: LoadedRelease
    read_field: Callable[[str], Awaitable[HostValue]]
    log: Callable[[LogLine], None]
    show: Callable[[str], None]
    put_history: Callable[[tuple[Said, ...]], None]

    @property
    def effects(self) -> dict[str, Callable[[Arguments], Awaitable[HostValue]]]:
        """By the name of the effect."""
        return {
            "state_save": self.save,
            "state_restore": self.restore,
            "template_apply": self.apply_template,
            "debug_show": self.debug,
        }

    async def save(self, arguments: Arguments) -> HostValue:
        fields = {name: await self.read_field(name) for name in ("session_id", "user_id", "channel")}
        fields["saved_at"] = await self.read_field("now")
        return saved_state(self.heap.areas(), fields, await self.read_field("message_history"))

    async def restore(self, arguments: Arguments) -> HostValue:
        limits = self.release.config.limits
        areas, history, left_out = restored_state(arguments[0], self.heap.areas(), self.release, limits)
        self.heap.put_areas(areas, self.heap.address(), with_suggestions=True)
        self.put_history(history)
        self._warn("RESTORE SESSION STATE", left_out)
        return None

    async def apply_template(self, arguments: Arguments) -> HostValue:
        name = arguments[0] if isinstance(arguments[0], str) else shown_json(arguments[0])
        rows = self.release.find_template(name)
        if rows is None:
            raise ScriptError(3004, f'no session template "{name[:200]}"')
        areas, missing = templated(self.heap.areas(), rows, self.release, self.release.config.limits)
        self.heap.put_areas(areas, self.heap.address(), with_suggestions=True)
        self._warn(f"session template {name[:200]}", missing)
        return None

    async def debug(self, arguments: Arguments) -> HostValue:
        match arguments[0]:
            case "SESSION":
                lines = await self._session_lines()
            case "CONTEXT":
                lines = context_lines(self.heap.areas())
            case _:
                script = arguments[1] if isinstance(arguments[1], dict) else {}
                lines = variable_lines(self.heap.areas(), script)
        text = "\n".join(lines)
        self.log(LogLine("info", text, None))
        self.show(text)
        return None

    async def _session_lines(self) -> list[str]:
        from_table = [name for name in SESSION_FIELDS if name != "token"]
        return ["SESSION", *[f"{name} = {shown_json(await self.read_field(name))}" for name in from_table]]

    def _warn(self, what: str, names: list[str]) -> None:
        """One line for what the package does not have."""
        if names:
            self.log(LogLine("warn", f"{what}: the package does not have {', '.join(names[:50])}", None))
