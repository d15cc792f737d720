"""One object against one host: what is found, whatever the policy."""

from dataclasses import replace

from vmk_operator.api.reasons import AdvisoryReason, Reason
from vmk_operator.api.v1alpha1 import Advisory, Binding, VmkAdapter, VmkNetstack
from vmk_operator.model.host import AdapterState, HostState, NetworkState
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner.adapters import (
    check_adapter,
    compare_adapter,
    compare_missing,
    observe_adapter,
    plan_adapter,
)
from vmk_operator.planner.assignment import Assigned, Claim, Found, Missing
from vmk_operator.planner.case import AdapterCase, NetstackCase
from vmk_operator.planner.fingerprint import adapter_fingerprint, netstack_fingerprint
from vmk_operator.planner.intent import read_adapter, read_netstack
from vmk_operator.planner.judgement import Comparison, Judgement, bind_host
from vmk_operator.planner.netstacks import check_netstack, compare_netstack, observe_netstack, plan_netstack
from vmk_operator.planner.resolution import resolve_port_group
from vmk_operator.planner.rules.dedicated import advise_shadowed, is_in_use, shadowed_services
from vmk_operator.planner.rules.routing import advise_learned_gateway
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.snapshot import ManagedObject, Subject
from vmk_operator.planner.verdict import Blocked


def judge_adapter(subject: Subject, item: VmkAdapter, scene: Scene, *, coming: NetworkState) -> Judgement:
    """Judge a live VmkAdapter.

    *coming* is the network with the adapters that this plan creates.
    """
    claim, assigned = scene.claims[item.key], scene.assignment.of[item.key]
    adapter = assigned.adapter if isinstance(assigned, Found) else None
    binding = _bind(subject, assigned, scene.host)
    found = Judgement(
        fingerprint=adapter_fingerprint(
            scene.host, scene.network, adapter=adapter, netstack=item.spec.netstack, attachment=claim.attachment
        ),
        binding=binding,
        observed=None if adapter is None else observe_adapter(adapter, scene.network),
        stalled=_stalled_adapter(item, claim, assigned, scene),
        advisories=(*_advise_renamed(item, binding), *_advise_services(claim, adapter, scene.host, coming)),
    )
    if claim.intent is None:
        return found
    found = replace(found, comparison=_compare(claim, assigned, scene, coming, is_stalled=found.stalled is not None))
    if found.stalled is not None or claim.attachment is None:
        return found
    case = AdapterCase(
        claim=claim,
        intent=claim.intent,
        host=scene.host,
        network=scene.network,
        coming=coming,
        adapter=adapter,
        attachment=claim.attachment,
        claims=scene.live_claims,
        held=scene.held,
        differences=found.comparison.differences,
    )
    refused = check_adapter(case)
    return replace(found, refused=refused, steps=() if refused is not None else plan_adapter(case))


def judge_netstack(
    subject: Subject, item: VmkNetstack, scene: Scene, *, coming: NetworkState, final: NetworkState
) -> Judgement:
    """Judge a live VmkNetstack.

    *coming* is the network with the adapters that this plan creates, *final* the same with all of its adapter steps
    done.
    """
    stack = scene.network.netstack(item.spec.netstack)
    binding = bind_host(scene.host)
    found = Judgement(
        fingerprint=netstack_fingerprint(scene.host, scene.network, item.spec.netstack),
        binding=binding,
        observed=None if stack is None else observe_netstack(stack),
        stalled=_stalled_netstack(item, scene),
        advisories=_advise_renamed(item, binding),
    )
    intent = read_netstack(item.spec)
    if stack is None or isinstance(intent, Blocked) or found.stalled is not None:
        return found
    # An adapter that is still to come activates the stack for those who may write to it then.
    if not is_in_use(stack.key, coming if subject.policy is Policy.ENFORCE else scene.network):
        return replace(found, dormant=True)
    comparison = compare_netstack(intent, stack, scene.network)
    case = NetstackCase(intent, scene.host, stack, final, comparison.differences)
    refused = check_netstack(case)
    steps = () if refused is not None else plan_netstack(case, item.key, created=coming)
    advisories = (*found.advisories, *advise_learned_gateway(intent, stack, scene.network))
    return replace(found, comparison=comparison, refused=refused, steps=steps, advisories=advisories)


def _compare(claim: Claim, assigned: Assigned, scene: Scene, coming: NetworkState, *, is_stalled: bool) -> Comparison:
    if isinstance(assigned, Found) and claim.intent is not None:
        return compare_adapter(claim.intent, assigned.adapter, claim.attachment, network=scene.network, coming=coming)
    # An object that points nowhere misses nothing, but a port that is gone is gone.
    if isinstance(assigned, Missing) and (assigned.was is not None or not is_stalled):
        return compare_missing(assigned)
    return Comparison()


def _stalled_adapter(item: VmkAdapter, claim: Claim, assigned: Assigned, scene: Scene) -> Blocked | None:
    # What the scene could not make sense of is read again for its sentence: that is rare.
    if claim.intent is None and isinstance(unread := read_adapter(item.spec), Blocked):
        return unread
    if scene.network.netstack(item.spec.netstack) is None:
        return _no_such_netstack(item.spec.netstack, scene)
    if claim.attachment is None:
        where = resolve_port_group(item.spec.port_group, scene.network, scene.host.name)
        if isinstance(where, Blocked):
            return where
    return assigned if isinstance(assigned, Blocked) else None


def _stalled_netstack(item: VmkNetstack, scene: Scene) -> Blocked | None:
    intent = read_netstack(item.spec)
    if isinstance(intent, Blocked):
        return intent
    owner = scene.netstack_owners.get(item.spec.netstack, item.key)
    if owner != item.key:
        return Blocked(
            Reason.CONFLICT,
            f"{owner} declares the TCP/IP stack {item.spec.netstack} of {scene.host.name} as well and is older; delete "
            "one of the two objects.",
        )
    if scene.network.netstack(item.spec.netstack) is None:
        return _no_such_netstack(item.spec.netstack, scene)
    return None


def _no_such_netstack(key: str, scene: Scene) -> Blocked:
    known = ", ".join(sorted(stack.key for stack in scene.network.netstacks)) or "none"
    return Blocked(
        Reason.NO_SUCH_NETSTACK, f"{scene.host.name} has no TCP/IP stack {key!r}; declare one that it has: {known}."
    )


def _bind(subject: Subject, assigned: Assigned, host: HostState) -> Binding | None:
    here = bind_host(host)
    if isinstance(assigned, Found):
        return here.model_copy(update={"device": assigned.adapter.device, "mac": assigned.adapter.mac})
    # Of an adapter that is gone, or held by another object, the memory stays; of a host that was rebuilt, none.
    previous = subject.status.binding
    if previous is None or previous.device is None or previous.mac is None or previous.host_uuid != host.uuid:
        return None
    return here.model_copy(update={"device": previous.device, "mac": previous.mac})


def _advise_renamed(item: ManagedObject, binding: Binding | None) -> tuple[Advisory, ...]:
    declared = item.spec.host
    if binding is None or declared.casefold() == binding.host_name.casefold():
        return ()
    return (
        Advisory(
            reason=AdvisoryReason.HOST_RENAMED,
            message=f"The host of this object was {declared} and is {binding.host_name} now; "
            f"set spec.host to {binding.host_name}.",
        ),
    )


def _advise_services(
    claim: Claim, adapter: AdapterState | None, host: HostState, coming: NetworkState
) -> tuple[Advisory, ...]:
    if claim.intent is None or claim.intent.services is None:
        return ()
    name = "this adapter" if adapter is None else adapter.device
    shadowed = shadowed_services(claim.intent.services, claim.intent.netstack, coming)
    return tuple(advise_shadowed(service, name, host.name) for service in sorted(shadowed))
