from vmk_operator.engine.slots import Slots
from vmk_operator.model.identity import HostRef

A, B, C, D = (HostRef("vc", name) for name in "abcd")


def slots(limit: int) -> tuple[Slots, list[HostRef]]:
    woken: list[HostRef] = []
    return Slots(limit, wake=woken.append), woken


def test_a_slot_is_taken_while_there_is_one() -> None:
    made, _ = slots(2)

    assert [made.acquire(host) for host in (A, B, C)] == [True, True, False]
    assert (made.held, made.holds(A), made.holds(C)) == (2, True, False)


def test_whoever_has_a_slot_has_it() -> None:
    made, _ = slots(1)

    assert made.acquire(A)
    assert made.acquire(A)


def test_a_freed_slot_wakes_the_next_in_line_only() -> None:
    made, woken = slots(1)
    for host in (A, B, C):
        made.acquire(host)

    made.release(A)

    assert woken == [B]


def test_a_freed_slot_is_not_taken_by_who_came_later() -> None:
    made, _ = slots(1)
    for host in (A, B):
        made.acquire(host)
    made.release(A)

    assert not made.acquire(C)
    assert made.acquire(B)


def test_whoever_leaves_the_line_lets_the_next_one_through() -> None:
    made, woken = slots(1)
    for host in (A, B, C):
        made.acquire(host)
    made.release(A)
    woken.clear()

    made.release(B)

    assert woken == [C]
    assert made.acquire(C)


def test_a_release_of_nothing_wakes_nobody() -> None:
    made, woken = slots(1)
    for host in (A, B):
        made.acquire(host)

    made.release(D)

    assert woken == []


def test_a_larger_limit_wakes_as_many_as_fit_and_a_smaller_one_takes_nothing_away() -> None:
    made, woken = slots(1)
    for host in (A, B, C, D):
        made.acquire(host)

    made.resize(3)
    assert woken == [B, C]
    assert made.acquire(B)
    made.resize(1)

    assert made.held == 2
    assert not made.acquire(C)


async def test_idle_means_that_nobody_holds_a_slot() -> None:
    made, _ = slots(1)
    await made.idle()
    made.acquire(A)
    made.release(A)
    await made.idle()
