"""Log lines: one JSON object a line for programs, or a readable form for a terminal.

Every line has time, level, logger and event, and session_id, request_id and message_id of the call it belongs to, which
`rpc` binds in structlog's context variables. No line carries text of users, bots or scripts;
whoever logs gives ids and numbers only.
"""

from __future__ import annotations

import logging
import sys
from typing import IO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(format: str = "auto", level: str = "info", stream: IO[str] | None = None) -> None:
    """Set up structlog and the standard library's logging for this process.

    `format` is json, console, or auto: console if `stream` (standard error by default) is a terminal.
    """
    stream = stream if stream is not None else sys.stderr
    console = format == "console" or (format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_ids_of_call,
        _add_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *final],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda *names: _NamedLogger(stream, *names),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(stream, LEVELS[level], shared, final)


class _NamedLogger(structlog.WriteLogger):
    """`get_logger("botserver.rpc")` writes lines that say so."""

    def __init__(self, stream: IO[str], name: str = "botserver") -> None:
        super().__init__(stream)  # type: ignore[arg-type]  # any text stream will do
        self.name = name


def _add_name(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["logger"] = logger.name if logger is not None else event["_record"].name
    return event


def _add_ids_of_call(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """`rpc` binds the call itself, since most calls write no line."""
    call = event.pop("call", None)
    if call is not None:
        for name, value in call.ids().items():
            event.setdefault(name, value)
    return event


def _adopt_standard_logging(stream: IO[str], level: int, shared: list[Processor], final: list[Processor]) -> None:
    """Lines of libraries (grpc, asyncio) come out in the same form. They speak from warning on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
