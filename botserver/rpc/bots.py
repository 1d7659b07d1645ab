"""BotService: each method checks the request's shape, calls the service of bots and translates the result."""

from __future__ import annotations

from google.protobuf.struct_pb2 import Value

from ..errors import BadField
from ..limits import PAGE_SIZE_MAX
from ..model import LOCAL
from ..session.bots import BotService, MemoryEntry
from ..session.deployments import DeploymentService
from ..session.migrations import MigrationService
from . import checks, pages
from .migrations import MigrationServicer
from .pb import bot_pb2 as pb
from .releases import ReleaseServicer, from_problem


class BotServicer(ReleaseServicer, MigrationServicer):
    """The methods by their names in bot.proto. The caller is `local` until tokens exist."""

    def __init__(self, service: BotService, deployments: DeploymentService, migrations: MigrationService) -> None:
        ReleaseServicer.__init__(self, deployments)
        MigrationServicer.__init__(self, migrations)
        self._service = service

    async def list_bots(self, request: pb.ListBotsRequest) -> pb.ListBotsResponse:
        size = pages.page_size(request.page_size, PAGE_SIZE_MAX)
        page = await self._service.list_bots(LOCAL, size, pages.unseal(request.page_token, "bots"))
        found = [pb.Bot(bot=view.bot, release=view.release) for view in page.items]
        return pb.ListBotsResponse(bots=found, next_page_token=pages.seal(page.next_token, "bots"))

    async def get_bot_memory(self, request: pb.GetBotMemoryRequest) -> pb.GetBotMemoryResponse:
        entry = await self._service.get_memory(LOCAL, _bot(request.bot), _key(request.key))
        return pb.GetBotMemoryResponse(entry=_from_entry(entry))

    async def set_bot_memory(self, request: pb.SetBotMemoryRequest) -> pb.SetBotMemoryResponse:
        if request.value.WhichOneof("kind") in (None, "null_value"):
            raise BadField("value", "is missing", hint="DeleteBotMemory removes a value")
        entry = await self._service.put_memory(
            LOCAL,
            _bot(request.bot),
            _key(request.key),
            checks.value(request.value, "value"),
            expected_revision=_expected(request),
            request_id=checks.request_id(request.request_id),
        )
        return pb.SetBotMemoryResponse(entry=_from_entry(entry))

    async def delete_bot_memory(self, request: pb.DeleteBotMemoryRequest) -> pb.DeleteBotMemoryResponse:
        await self._service.put_memory(
            LOCAL,
            _bot(request.bot),
            _key(request.key),
            None,
            expected_revision=_expected(request),
            request_id=checks.request_id(request.request_id),
        )
        return pb.DeleteBotMemoryResponse()

    async def list_bot_memory(self, request: pb.ListBotMemoryRequest) -> pb.ListBotMemoryResponse:
        bound = ("bot memory", request.bot, request.prefix)
        page = await self._service.list_memory(
            LOCAL,
            _bot(request.bot),
            checks.short(request.prefix, "prefix"),
            pages.page_size(request.page_size, PAGE_SIZE_MAX),
            pages.unseal(request.page_token, *bound),
        )
        return pb.ListBotMemoryResponse(
            entries=[_from_entry(entry) for entry in page.items],
            next_page_token=pages.seal(page.next_token, *bound),
        )

    async def check_package(self, request: pb.CheckPackageRequest) -> pb.CheckPackageResponse:
        name = checks.name(request.name, "name", hint="the package's name, such as shop")
        problems = await self._service.check_package(LOCAL, name, dict(request.files))
        return pb.CheckPackageResponse(problems=map(from_problem, problems))


def _bot(text: str) -> str:
    return checks.name(text, "bot", hint="name the bot")


def _key(text: str) -> str:
    return checks.name(text, "key", hint="name the value")


def _expected(request: pb.SetBotMemoryRequest | pb.DeleteBotMemoryRequest) -> int | None:
    return checks.revision(request.expected_revision) if request.HasField("expected_revision") else None


def _from_entry(entry: MemoryEntry) -> pb.BotMemoryEntry:
    wire = pb.BotMemoryEntry(key=entry.key, revision=entry.revision)
    if entry.value is not None:
        wire.value.CopyFrom(_value(entry.value))
    return wire


def _value(value: object) -> Value:
    wire = Value()
    match value:
        case bool():
            wire.bool_value = value
        case int() | float():
            wire.number_value = value
        case str():
            wire.string_value = value
        case list():
            wire.list_value.values.extend(map(_value, value))
        case dict():
            for key, item in value.items():
                wire.struct_value.fields[key].CopyFrom(_value(item))
        case _:
            wire.null_value = 0  # type: ignore[assignment]  # the one value of its enum
    return wire
