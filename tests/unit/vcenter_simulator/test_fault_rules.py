import asyncio

from vcenter_simulator.fault_rules import Action, FaultRule, FaultRules

HOST = "esx01.example.com"


def rules(*given: FaultRule) -> FaultRules:
    made = FaultRules(seed=7)
    for rule in given:
        made.add(rule)
    return made


def test_a_rule_hits_the_method_and_host_that_it_names() -> None:
    made = rules(FaultRule(method="AddVirtualNic", host="esx01*", action=Action.FAULT))

    assert made.draw("AddVirtualNic", HOST) is not None
    assert made.draw("RemoveVirtualNic", HOST) is None
    assert made.draw("AddVirtualNic", "esx02.example.com") is None
    assert made.draw("AddVirtualNic", None) is None


def test_a_rule_skips_first_and_is_used_up_then() -> None:
    made = rules(FaultRule(method="*Vnic*", skip=2, count=1))

    hits = [made.draw("SelectVnicForNicType", HOST) is not None for _ in range(5)]

    assert hits == [False, False, True, False, False]


def test_the_next_rule_takes_over_from_one_that_is_used_up() -> None:
    made = rules(FaultRule(count=1, action=Action.CLOSE), FaultRule(action=Action.RESET))

    drawn = [made.draw("Login", None) for _ in range(3)]

    assert [rule.action for rule in drawn if rule] == [Action.CLOSE, Action.RESET, Action.RESET]


def test_the_same_seed_throws_the_same_dice() -> None:
    first, second = (rules(FaultRule(probability=0.5)) for _ in range(2))

    hits = [[made.draw("Login", None) is not None for _ in range(50)] for made in (first, second)]

    assert hits[0] == hits[1]
    assert 5 < sum(hits[0]) < 45


async def test_withdrawing_the_rules_lets_go_of_what_hangs() -> None:
    rule = FaultRule(action=Action.HANG)
    made = rules(rule)
    hanging = asyncio.create_task(rule.withdrawn.wait())

    made.clear()

    assert await asyncio.wait_for(hanging, 5)
    assert made.draw("Login", None) is None
