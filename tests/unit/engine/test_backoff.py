import random

from vmk_operator.engine.backoff import Backoff


def backoff(seed: int = 1) -> Backoff:
    return Backoff(1.0, 30.0, random.Random(seed))


def test_back_off_doubles_up_to_its_bound_and_is_never_less_than_half_of_it() -> None:
    waits = [backoff().delay_s(failures) for failures in range(1, 9)]

    for wait, full in zip(waits, (1, 2, 4, 8, 16, 30, 30, 30), strict=True):
        assert full / 2 <= wait <= full


def test_back_off_differs_from_one_to_the_next_and_repeats_with_its_seed() -> None:
    source = backoff()

    assert source.delay_s(5) != source.delay_s(5)
    assert backoff(7).delay_s(5) == backoff(7).delay_s(5)


def test_back_off_waits_as_long_as_it_is_asked_to() -> None:
    assert backoff().delay_s(1, retry_after_s=120.0) == 120.0


def test_back_off_survives_any_number_of_failures() -> None:
    assert backoff().delay_s(100_000) <= 30.0
