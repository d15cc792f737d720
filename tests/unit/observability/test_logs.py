import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from vmk_operator.observability.logs import LogFormat, LogLevel, set_up_logging


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def stderr() -> Iterator[io.StringIO]:
    """What stands for standard error; logging is as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _fail_with(secret: str) -> None:
    raise RuntimeError(f"a message of {len(secret)} letters")


def test_a_line_is_one_json_object_with_event_and_fields(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.INFO, LogFormat.JSON, stderr)

    structlog.get_logger("vmk_operator.engine").info("step.done", host="esx01", steps=2)

    line = json.loads(stderr.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "step.done",
        "host": "esx01",
        "steps": 2,
        "level": "info",
        "logger": "vmk_operator.engine",
    }


def test_a_line_begins_with_when_how_bad_and_what_and_leaves_out_what_has_no_value(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.INFO, LogFormat.JSON, stderr)

    structlog.get_logger("vmk_operator").info("step.done", host="esx01", reason=None)

    assert list(json.loads(stderr.getvalue())) == ["timestamp", "level", "event", "host", "logger"]


def test_lines_of_libraries_look_the_same(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.INFO, LogFormat.JSON, stderr)

    logging.getLogger("some.library").warning("took %d s", 3)

    line = json.loads(stderr.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("took 3 s", "warning", "some.library")


def test_lines_below_the_level_are_not_written(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.WARNING, LogFormat.JSON, stderr)

    structlog.get_logger("vmk_operator").info("not.this")
    structlog.get_logger("vmk_operator").warning("but.this")

    assert [json.loads(line)["event"] for line in stderr.getvalue().splitlines()] == ["but.this"]


def test_what_libraries_tell_in_passing_is_not_written(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.INFO, LogFormat.JSON, stderr)

    logging.getLogger("kopf.objects").info("handler succeeded")

    assert stderr.getvalue() == ""


@pytest.mark.parametrize("log_format", [LogFormat.JSON, LogFormat.CONSOLE])
def test_a_traceback_does_not_show_local_variables(stderr: io.StringIO, log_format: LogFormat) -> None:
    set_up_logging(LogLevel.INFO, log_format, stderr)

    try:
        _fail_with(f"hunter{1 + 1}")
    except RuntimeError:
        structlog.get_logger("vmk_operator").exception("it.failed")

    assert "a message of" in stderr.getvalue()
    assert "hunter2" not in stderr.getvalue()


@pytest.mark.usefixtures("stderr")
def test_auto_is_for_people_at_a_terminal() -> None:
    terminal = Terminal()

    set_up_logging(LogLevel.INFO, LogFormat.AUTO, terminal)
    structlog.get_logger("vmk_operator").info("step.done", host="esx01")

    assert not terminal.getvalue().startswith("{")
    assert "step.done" in terminal.getvalue()


def test_auto_is_json_elsewhere(stderr: io.StringIO) -> None:
    set_up_logging(LogLevel.INFO, LogFormat.AUTO, stderr)

    structlog.get_logger("vmk_operator").info("step.done")

    assert json.loads(stderr.getvalue())["event"] == "step.done"
