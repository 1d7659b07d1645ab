"""The gRPC server: where it listens, what it serves, how it starts, drains and stops.

Methods are registered by the service's descriptor, so a method of the .proto without code, or code without a method,
fails at start. Health and reflection are always on.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from .. import limits
from ..errors import ConfigError
from ..session.admin import AdminService
from ..session.bots import BotService
from ..session.delivery_service import DeliveryService
from ..session.deployments import DeploymentService
from ..session.desk_service import DeskService
from ..session.exports import ExportService
from ..session.migrations import MigrationService
from ..session.operating import OperatingService
from ..session.service import SessionService
from .admin import AdminServicer
from .bots import BotServicer
from .calls import Begin
from .converse import Conversations, Load
from .deliveries import DeliveryServicer
from .desk import DeskServicer
from .grpc_server import GrpcServer
from .health import Health
from .interceptors import Door
from .observe import CallObserver, NoCallObserver
from .pb import admin_pb2, bot_pb2, delivery_pb2, desk_pb2, session_pb2
from .sessions import SessionServicer

ADMIN = admin_pb2.DESCRIPTOR.services_by_name["AdminService"]
SERVICE = session_pb2.DESCRIPTOR.services_by_name["SessionService"]
BOTS = bot_pb2.DESCRIPTOR.services_by_name["BotService"]
DELIVERIES = delivery_pb2.DESCRIPTOR.services_by_name["DeliveryService"]
DESK = desk_pb2.DESCRIPTOR.services_by_name["DeskService"]
HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"]

OPTIONS = (
    ("grpc.max_receive_message_length", limits.RPC_LARGE_BYTES),
    ("grpc.max_send_message_length", -1),  # what we answer is bounded where it is made
    ("grpc.max_concurrent_streams", limits.RPC_STREAMS_PER_CONNECTION),
    ("grpc.server.max_pending_requests", limits.RPC_PENDING),  # by gRPC's own bounds it tells some of them CANCELLED
    ("grpc.server.max_pending_requests_hard_limit", limits.RPC_PENDING),
    ("grpc.keepalive_time_ms", int(limits.KEEPALIVE_S * 1000)),
    ("grpc.keepalive_timeout_ms", int(limits.KEEPALIVE_TIMEOUT_S * 1000)),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", int(limits.PING_INTERVAL_S * 1000)),
)
"""Of gRPC's server; the bare echo that benchmarks compare it to has the same."""


_PROMPT = frozenset(("SendMessage",))
"""Methods that are called for each message of a user, and answer by a future."""

_LARGE = frozenset(("CheckPackage", "DeployRelease", "ImportSession"))
"""Methods whose requests carry a package or a bundle."""


@dataclass(frozen=True, slots=True)
class RpcSettings:
    """`listen` is HOST:PORT, port 0 lets the system choose. `insecure` allows a host beyond this machine."""

    listen: str = "127.0.0.1:50051"
    insecure: bool = False
    shares_port: bool = False  # with other processes, that whoever started them holds the port for
    deadline_s: float = limits.RPC_DEADLINE_S
    max_calls: int = limits.RPC_CALLS
    max_streams: int = limits.RPC_STREAMS
    heartbeat_s: float = limits.HEARTBEAT_S
    silence_s: float = limits.SILENCE_S


class RpcServer:
    """Serves sessions and their desk. To be made and used on one event loop: start, then drain, then stop."""

    def __init__(
        self,
        service: SessionService,
        settings: RpcSettings | None = None,
        observer: CallObserver | None = None,
        desk: DeskService | None = None,
        bots: BotService | None = None,
        deployments: DeploymentService | None = None,
        migrations: MigrationService | None = None,
        admin: AdminService | None = None,
        operating: OperatingService | None = None,
        deliveries: DeliveryService | None = None,
        exports: ExportService | None = None,
    ) -> None:
        """Raises ConfigError if the address may not be used."""
        self._settings = settings or RpcSettings()
        self._host = _checked_host(self._settings)
        self._door = Door(
            observer or NoCallObserver(),
            deadline_s=self._settings.deadline_s,
            max_calls=self._settings.max_calls,
            max_streams=self._settings.max_streams,
        )
        # Shared by accident, a second server on the port would start well and get half of the calls.
        reuse = ("grpc.so_reuseport", int(self._settings.shares_port))
        self._server = GrpcServer((*OPTIONS, reuse))
        settings = self._settings
        conversations = Conversations(
            service,
            observer or NoCallObserver(),
            Load(settings.max_calls, settings.max_streams),
            settings.heartbeat_s,
            settings.silence_s,
        )
        servicers: dict[ServiceDescriptor, object] = {SERVICE: SessionServicer(service, conversations, exports)}
        if desk is not None:
            servicers[DESK] = DeskServicer(desk)
        if deliveries is not None:
            servicers[DELIVERIES] = DeliveryServicer(deliveries)
        if bots is not None and deployments is not None and migrations is not None:
            servicers[BOTS] = BotServicer(bots, deployments, migrations)
        if admin is not None and operating is not None:
            servicers[ADMIN] = AdminServicer(admin, operating)
        for described, servicer in servicers.items():
            self._server.add_methods(described.full_name, _methods(self._door, described, servicer))
        served = tuple(described.full_name for described in servicers)
        self._health = Health(served)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (*served, HEALTH.full_name, reflection.SERVICE_NAME)
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(
            reflection.aio.ReflectionServicer(names), self._server
        )

    async def start(self) -> str:
        """Listen and serve. Returns the address as HOST:PORT, with the port that was bound.

        Raises ConfigError if the port is taken or the host is not of this machine.
        """
        listen = self._settings.listen
        try:
            if not self._settings.shares_port:
                try_to_bind(listen)  # first by hand: gRPC writes to stderr and does not say what is wrong
            port = self._server.add_insecure_port(listen)
        except (OSError, RuntimeError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise ConfigError(
                f"cannot listen on {listen}: {reason[:1].lower()}{reason[1:]}",
                hint="stop the program that uses the port, or choose another address with --listen",
            ) from error
        self._server.start()
        self._health.tell(is_serving=True)
        return f"{self._host}:{port}"

    async def drain(self, grace_s: float = limits.DRAIN_S) -> None:
        """Health turns NOT_SERVING, new calls and streams are refused, watch streams end, running calls finish.

        What still runs after `grace_s` gets DRAINING; its client sends again, its turn goes on in the session layer.
        """
        self._health.tell(is_serving=False)
        self._door.close()
        await self._door.finish(grace_s)

    async def stop(self) -> None:
        """Close the connections. Call `drain` first; what still runs is cut off."""
        await self._server.stop(grace_s=0.5)


def _methods(door: Door, service: ServiceDescriptor, servicer: object) -> dict[str, Begin]:
    """One for each method of the descriptor: GetSession is `get_session`. What is called for each message of a user,
    SendMessage, is `submit_message` and `respond_message`."""
    methods = {}
    for method in service.methods:
        kind, name = GetMessageClass(method.input_type), re.sub(r"(?<!^)(?=[A-Z])", "_", method.name).lower()
        if method.name in _PROMPT:
            submit, respond = (getattr(servicer, f"{verb}_{name.partition('_')[2]}") for verb in ("submit", "respond"))
            methods[method.name] = door.prompt(method.name, kind, submit, respond)
        elif method.client_streaming:
            methods[method.name] = door.exchange(method.name, kind, getattr(servicer, name))
        elif method.server_streaming:
            methods[method.name] = door.stream(method.name, kind, getattr(servicer, name))
        else:
            max_bytes = limits.RPC_LARGE_BYTES if method.name in _LARGE else limits.RPC_BYTES
            methods[method.name] = door.unary(method.name, kind, getattr(servicer, name), max_bytes)
    return methods


def _checked_host(settings: RpcSettings) -> str:
    host, colon, port = settings.listen.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        raise ConfigError(f"{settings.listen!r} is no address", hint="write HOST:PORT, such as 127.0.0.1:50051")
    if not settings.insecure and not _is_loopback(host.removeprefix("[").removesuffix("]")):
        raise ConfigError(
            f"{settings.listen} can be reached from other machines, and this server checks no caller",
            hint="listen on 127.0.0.1, or add --insecure if the network is closed",
        )
    return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def try_to_bind(listen: str) -> None:
    """Raises the OSError that listening there would meet."""
    host, _, port = listen.rpartition(":")
    found = socket.getaddrinfo(host.removeprefix("[").removesuffix("]"), int(port), type=socket.SOCK_STREAM)
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gRPC does: connections that linger may
        probe.bind(address)
