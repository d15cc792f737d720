from datetime import UTC

from vmk_operator.engine.clock import SystemClock


async def test_the_real_clock_goes_forward_and_knows_its_zone() -> None:
    clock = SystemClock()
    before = clock.monotonic()

    await clock.sleep(-1.0)

    assert clock.monotonic() >= before
    assert clock.now().tzinfo is UTC
