"""Exit codes, once. Scripts rely on them: never renumber."""

from __future__ import annotations

from ..errors import BotserverError, ConfigError, LanguageError, ServiceError, StoreError

OK = 0
FAULT = 1
USAGE = 2
UNAVAILABLE = 3
INTERRUPTED = 130

EXIT_CODES = {
    OK: "all is well",
    FAULT: "a script has a fault or a problem, or the server refused a request",
    USAGE: "the command line, a setting, a path or an address cannot be used",
    UNAVAILABLE: "the server does not answer, or the database cannot be used",
    INTERRUPTED: "interrupted with Ctrl-C",
}


def exit_code_of(error: BotserverError) -> int:
    """The exit code of a command that ends with `error`."""
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, StoreError | ServiceError):
        return UNAVAILABLE
    if isinstance(error, LanguageError):
        return USAGE if error.code == "L180" else FAULT
    return FAULT
