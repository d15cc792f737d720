import statistics

import pytest

from vcenter_simulator.latencies import Constant, Dice, LogNormal, Uniform, parse_latency


@pytest.mark.parametrize(
    ("text", "latency"),
    [
        ("0", Constant(0)),
        ("0.2", Constant(0.2)),
        ("0.1..3", Uniform(0.1, 3)),
        ("lognormal:0.5,0.6", LogNormal(0.5, 0.6)),
    ],
)
def test_a_latency_is_written_in_one_of_three_forms(text: str, latency: object) -> None:
    assert parse_latency(text) == latency


@pytest.mark.parametrize(
    "text", ["", "fast", "-1", "nan", "inf", "3..0.1", "1..", "lognormal:0.5", "lognormal:0,1", "normal:1,1"]
)
def test_what_is_no_latency_is_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^'.*' is no latency; write .*\.$"):
        parse_latency(text)


def test_seconds_are_always_the_same() -> None:
    assert {Dice(0.2, 7).draw("esx01") for _ in range(9)} == {0.2}


def test_a_uniform_latency_stays_within_its_bounds() -> None:
    dice = Dice(Uniform(0.1, 3), 7)
    drawn = [dice.draw("esx01") for _ in range(500)]

    assert all(0.1 <= one <= 3 for one in drawn)
    assert max(drawn) - min(drawn) > 2


def test_half_of_a_lognormal_latency_is_under_its_median_and_a_few_are_long() -> None:
    dice = Dice(LogNormal(0.5, 0.6), 7)
    drawn = [dice.draw("esx01") for _ in range(2000)]

    assert statistics.median(drawn) == pytest.approx(0.5, rel=0.1)
    assert max(drawn) > 4 * statistics.median(drawn)


def test_the_same_seed_draws_the_same_for_a_host_whatever_the_others_do() -> None:
    alone, among = Dice(Uniform(0, 1), 7), Dice(Uniform(0, 1), 7)

    drawn = [alone.draw("esx01") for _ in range(3)]
    mixed = []
    for _ in range(3):
        among.draw("esx02")
        mixed.append(among.draw("esx01"))

    assert drawn == mixed
    assert drawn != [Dice(Uniform(0, 1), 8).draw("esx01") for _ in range(3)]
