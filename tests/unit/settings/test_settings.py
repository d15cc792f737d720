from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from vmk_operator.settings import OperatorSettings, with_settings
from vmk_operator.settings.flags import flag_of, variable_of


class Command:
    def __init__(self) -> None:
        self.ran_with: OperatorSettings | None = None
        self.app = typer.Typer(rich_markup_mode=None)
        self.app.command()(with_settings(self._run))

    def _run(self, settings: OperatorSettings) -> None:
        self.ran_with = settings

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, str]:
        result = CliRunner(env=environment).invoke(self.app, arguments)
        return result.exit_code, result.output

    def accepted(self, *arguments: str, **environment: str) -> OperatorSettings:
        code, output = self(*arguments, **environment)
        assert code == 0, output
        assert self.ran_with is not None
        return self.ran_with


@pytest.fixture
def command() -> Command:
    return Command()


def test_every_setting_has_a_flag_a_variable_a_meaning_and_a_default_in_the_help(command: Command) -> None:
    code, output = command("--help")

    assert code == 0
    entries = " ".join(output.split()).split(" --")
    for name, field in OperatorSettings.model_fields.items():
        entry = next(entry for entry in entries if f"--{entry}".startswith(flag_of(name) + " "))
        assert field.description is not None
        assert field.description in entry
        assert f"[env var: {variable_of(name)}; default: " in entry


def test_a_variable_is_read(command: Command) -> None:
    assert command.accepted(VMK_OPERATOR_STALE_AFTER="1h30m").stale_after.total_seconds() == 5400


def test_a_flag_wins_over_its_variable(command: Command) -> None:
    settings = command.accepted("--stale-after", "90s", VMK_OPERATOR_STALE_AFTER="10m")

    assert settings.stale_after.total_seconds() == 90


def test_an_empty_variable_is_as_none(command: Command) -> None:
    assert command.accepted(VMK_OPERATOR_STALE_AFTER="").stale_after.total_seconds() == 300


def test_defaults_in_the_help_are_the_defaults_of_the_model(command: Command) -> None:
    given, own = command.accepted("--identity", "me"), OperatorSettings(identity="me")

    assert given == own


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--stale-after", "soon"],
            "--stale-after (VMK_OPERATOR_STALE_AFTER) can't be 'soon': a duration is written as 90s, 15m or 1h30m.",
        ),
        (
            ["--stale-after", ""],
            "--stale-after (VMK_OPERATOR_STALE_AFTER) can't be '': a duration is written as 90s, 15m or 1h30m.",
        ),
        (
            ["--read-timeout", "0s"],
            "--read-timeout (VMK_OPERATOR_READ_TIMEOUT) can't be '0s': the duration must be longer than nothing.",
        ),
        (
            ["--write-timeout", "9999999999999999999h"],
            (
                "--write-timeout (VMK_OPERATOR_WRITE_TIMEOUT) can't be '9999999999999999999h': "
                "a duration is written as 90s, 15m or 1h30m."
            ),
        ),
        (
            ["--listen", "8080"],
            "--listen (VMK_OPERATOR_LISTEN) can't be '8080': an address is written as 127.0.0.1:8080 or [::]:8080.",
        ),
        (
            ["--listen", "localhost:65536"],
            (
                "--listen (VMK_OPERATOR_LISTEN) can't be 'localhost:65536': "
                "an address is written as 127.0.0.1:8080 or [::]:8080."
            ),
        ),
        (
            ["--log-level", "loud"],
            (
                "--log-level (VMK_OPERATOR_LOG_LEVEL) can't be 'loud': "
                "input should be 'debug', 'info', 'warning' or 'error'."
            ),
        ),
        (
            ["--kubeconfig", "/no/such/file"],
            "--kubeconfig (VMK_OPERATOR_KUBECONFIG) can't be '/no/such/file': path does not point to a file.",
        ),
        (
            ["--lease-duration", "5s"],
            "--lease-retry-period < --lease-renew-deadline < --lease-duration must hold.",
        ),
    ],
)
def test_a_bad_value_is_told_in_one_sentence_with_exit_code_2(
    command: Command, arguments: list[str], sentence: str
) -> None:
    code, output = command(*arguments)

    assert (code, output) == (2, f"vmk-operator: {sentence}\n")
    assert command.ran_with is None


def test_every_bad_value_is_told_at_once(command: Command) -> None:
    _, output = command("--listen", "x", VMK_OPERATOR_LOG_FORMAT="xml")

    assert "--listen" in output
    assert "VMK_OPERATOR_LOG_FORMAT" in output


@pytest.mark.parametrize("text", ["127.0.0.1:0", "[::]:8080", "localhost:8443"])
def test_an_address_is_shown_as_it_was_given(command: Command, text: str) -> None:
    assert str(command.accepted("--listen", text).listen) == text


def test_the_namespace_is_the_pods_own_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = tmp_path / "namespace"
    mounted.write_text("vmk-system\n")
    monkeypatch.setattr("vmk_operator.settings.model._SERVICE_ACCOUNT_NAMESPACE", mounted)

    assert OperatorSettings().namespace == "vmk-system"


def test_outside_a_pod_the_namespace_is_vmk_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmk_operator.settings.model._SERVICE_ACCOUNT_NAMESPACE", tmp_path / "none")

    assert OperatorSettings().namespace == "vmk-operator"


def test_no_setting_takes_a_variable_that_kubernetes_sets_for_a_service_of_that_name() -> None:
    assert not [name for name in OperatorSettings.model_fields if name.startswith(("port", "service"))]
