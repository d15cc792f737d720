from typing import Any

import pytest
import typer

from vcenter_simulator.host.behaviour import Behaviour, Updates
from vcenter_simulator.latencies import Constant
from vcenter_simulator.main import app
from vcenter_simulator.options import NAMES, OptionError, settings_of
from vcenter_simulator.vcenter import Settings

OF_THE_COMMAND = {"hosts", "clusters", "fleet", "access", "listen", "control", "ready_file", "certificate", "key"}


def test_a_test_may_choose_whatever_the_command_may() -> None:
    options = {one.name for one in typer.main.get_command(app).params}

    assert options - OF_THE_COMMAND - {"help"} == set(NAMES)


def test_what_is_not_chosen_is_as_by_default() -> None:
    assert settings_of() == Settings(write_latency=Constant(0))


def test_what_is_chosen_comes_where_it_belongs() -> None:
    chosen = settings_of(
        write_latency=2, api_version="9.0", session_lifetime=60, lockout_attempts=3, updates="indexed", name=None
    )

    assert chosen.write_latency == Constant(2)
    assert chosen.release.name == "9.0"
    assert (chosen.sessions.lifetime_s, chosen.sessions.lockout.attempts) == (60, 3)
    assert chosen.behaviour == Behaviour(updates=Updates.INDEXED)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"updats": "indexed"}, "did you mean 'updates'"),
        ({"updates": "often"}, "'often' is no value of updates, only whole, indexed"),
        ({"api_version": "6.0"}, "only 7.0, 8.0, 9.0"),
        ({"write_latency": "long"}, "write_latency: 'long' is no latency"),
        ({"session_limit": True}, "session_limit can't be True"),
        ({"lockout_window": 1e300}, "lockout_window can't be 1e[+]300, only 0 to 1000000000 seconds"),
        ({"read_lag": float("nan")}, "read_lag can't be nan"),
        ({"session_idle": -1.0}, "session_idle can't be -1.0"),
        ({"password": None}, "password can't be None"),
    ],
)
def test_an_option_that_makes_no_sense_is_one_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        settings_of(**options)
