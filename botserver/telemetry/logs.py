"""Log lines: one JSON object a line for programs, or a readable form for a terminal.

Every line has time, level, logger and event, and what the context holds: session_id, request_id and message_id of the
call it belongs to, bound by `rpc` in structlog's context variables. No line carries text of users, bots or scripts;
whoever logs gives ids and numbers only.
"""

from __future__ import annotations

import logging
import sys
from typing import IO

import structlog
from structlog.typing import Processor

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(format: str = "auto", level: str = "info", stream: IO[str] | None = None) -> None:
    """Set up structlog and the standard library's logging for this process.

    `format` is json, console, or auto: console if `stream` (standard error by default) is a terminal.
    """
    stream = stream if stream is not None else sys.stderr
    console = format == "console" or (format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
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
        logger_factory=structlog.WriteLoggerFactory(stream),  # type: ignore[arg-type]  # any text stream will do
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(stream, LEVELS[level], shared, final)


def _adopt_standard_logging(stream: IO[str], level: int, shared: list[Processor], final: list[Processor]) -> None:
    """Lines of libraries (grpc, asyncio) come out in the same form. They speak from warning on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))
