"""How the operator logs: one event name and its fields a line.

JSON for machines, aligned and coloured for a person at a terminal. Libraries that use ``logging`` come out the same
way. Tracebacks never show local variables: a password may be among them.
"""

import enum
import logging
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


class LogFormat(enum.StrEnum):
    """What a log line looks like."""

    AUTO = "auto"
    """Console when written to a terminal, else JSON."""
    JSON = "json"
    CONSOLE = "console"


class LogLevel(enum.StrEnum):
    """The least important line that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


QUIET_LOGGERS = ("kopf", "aiohttp.access", "asyncio", "kubernetes")
"""Libraries whose informational lines say what ours say better."""


def set_up_logging(level: LogLevel, log_format: LogFormat, stream: TextIO) -> None:
    """Send every log line of the process to *stream*."""
    pretty = log_format is LogFormat.CONSOLE or (log_format is LogFormat.AUTO and stream.isatty())
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(pretty=pretty)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _rendering(*, pretty: bool) -> list[Processor]:
    if pretty:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, _arrange, structlog.processors.JSONRenderer()]


def _arrange(_: WrappedLogger, __: str, fields: EventDict) -> EventDict:
    """Put first what every line has, and leave out what has no value."""
    arranged = {name: fields.pop(name) for name in ("timestamp", "level", "event") if name in fields}
    arranged |= {name: value for name, value in fields.items() if value is not None}
    return arranged
