"""JSON log lines on standard output, from our code, libraries and the server alike, one object a line.

Must never break: no request or event bodies and no personal data in a line (see redaction); a line always
carries the service and the correlation id.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from shared.observability import context
from shared.observability.redaction import redact, redacted_text

_service = "-"
_ROUTED = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "aiokafka", "sqlalchemy", "alembic")


def configure_logging(service: str, level: str = "INFO") -> None:
    """Route structlog and the standard library through one JSON renderer. May be called again."""
    global _service  # noqa: PLW0603 - one process is one service
    _service = service
    threshold = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[_identify, structlog.processors.add_log_level, *_FINISH, _render],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_JsonHandler()]
    root.setLevel(threshold)
    for name in _ROUTED:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for noisy in ("aiokafka", "sqlalchemy", "alembic", "asyncio", "httpx"):
        logging.getLogger(noisy).setLevel(max(threshold, logging.WARNING))


def logger(name: str) -> Any:
    """A structured logger: `logger(__name__).info("lead_captured", lead_id=...)`."""
    return structlog.wrap_logger(None, logger_name=name)


def _identify(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["service"] = _service
    event.setdefault("correlation_id", context.correlation_id.get())
    return event


def _traceback_as_text(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where and what class, never the message: database errors quote parameters, which may be personal."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = (
        info if isinstance(info, BaseException) else (info if isinstance(info, tuple) else sys.exc_info())[1]
    )
    if error is not None:
        event["error"] = type(error).__qualname__
        event["traceback"] = _frames(error)
    return event


def _frames(error: BaseException) -> list[str]:
    """Innermost 12 frames as `file:line function`, causes included by class."""
    lines: list[str] = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        lines.append(f"{code.co_filename.rsplit('/site-packages/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    cause = error.__cause__ or error.__context__
    return [*lines[-12:], *([f"caused by {type(cause).__qualname__}"] if cause is not None else [])]


def _render(_: Any, __: str, event: MutableMapping[str, Any]) -> bytes:
    return orjson.dumps(dict(event), default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


_FINISH = (
    _traceback_as_text,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    redact,
)


def write_line(line: bytes) -> None:
    """Write one line to whatever standard output is right now, and flush it."""
    stream = sys.stdout.buffer
    stream.write(line + b"\n")
    stream.flush()


class _Lines:
    """What structlog writes rendered lines to; every level is the same to it."""

    def __init__(self, *_: Any) -> None: ...

    def msg(self, line: bytes) -> None:
        write_line(line)

    log = debug = info = warning = error = critical = exception = msg


class _JsonHandler(logging.Handler):
    """Lines of the standard library's loggers, in the same shape."""

    def emit(self, record: logging.LogRecord) -> None:
        event: MutableMapping[str, Any] = {
            "event": redacted_text(record.getMessage()),
            "logger_name": record.name,
            "level": record.levelname.lower(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            event["exc_info"] = record.exc_info[1]
        for processor in (_identify, *_FINISH):
            event = processor(None, "", event)
        write_line(_render(None, "", event))
