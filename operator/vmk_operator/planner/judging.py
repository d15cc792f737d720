"""One object against one host: what is found, whatever the policy."""

from collections.abc import Mapping
from dataclasses import replace

from vmk_operator.api.v1alpha1 import Binding, VmkAdapter, VmkNetstack
from vmk_operator.model.host import AdapterState, HostState, NetworkState, StaticRoute
from vmk_operator.model.identity import ObjectKey
from vmk_operator.model.vcenter import Policy
from vmk_operator.planner import rulebook
from vmk_operator.planner.adapters import compare_adapter, compare_missing, observe_adapter, plan_adapter
from vmk_operator.planner.advice import without_silenced
from vmk_operator.planner.assignment import Assigned, Claim, Found, Missing
from vmk_operator.planner.case import AdapterCase, DeclaredAdapter, DeclaredNetstack, NetstackCase
from vmk_operator.planner.custom_stacks import compare_existence, plan_stack_creation
from vmk_operator.planner.dedicated import is_in_use
from vmk_operator.planner.dns import DnsSource
from vmk_operator.planner.fingerprint import adapter_fingerprint, netstack_fingerprint
from vmk_operator.planner.intent import NetstackIntent, read_netstack
from vmk_operator.planner.judgement import Comparison, Judgement
from vmk_operator.planner.netstacks import compare_netstack, observe_netstack, plan_netstack
from vmk_operator.planner.ordering import PhasedStep
from vmk_operator.planner.replacement import is_to_be_put_back, put_back, recall_adapter, remember_adapter
from vmk_operator.planner.rules.rule import all_advice, ask, first_refusal
from vmk_operator.planner.scene import Scene
from vmk_operator.planner.snapshot import Subject
from vmk_operator.planner.static_routes import own_routes, route_changes
from vmk_operator.planner.verdict import Blocked


def judge_adapter(subject: Subject, item: VmkAdapter, scene: Scene, *, coming: NetworkState) -> Judgement:
    """Judge a live VmkAdapter.

    *coming* is the network with the stacks and adapters that this plan creates.
    """
    claim, assigned = scene.claims[item.key], scene.assignment.of[item.key]
    binding = _bind(subject, assigned, scene.here)
    declared = DeclaredAdapter(item, claim, assigned, binding, scene, coming)
    adapter, stalled = declared.adapter, first_refusal(rulebook.ADAPTER_IDENTITY, declared)
    found = Judgement(
        fingerprint=adapter_fingerprint(
            scene.host, scene.network, adapter=adapter, netstack=item.spec.netstack, attachment=claim.attachment
        ),
        binding=binding,
        observed=None if adapter is None else observe_adapter(adapter, scene.network),
        comparison=_compare(claim, assigned, scene, coming, is_stalled=stalled is not None),
        stalled=stalled,
        advisories=without_silenced(all_advice(rulebook.ADAPTER_ADVICE, declared), item, scene.surroundings),
        in_place=binding is not None and binding.device is not None,
        restoration=_restore(subject, item, adapter, scene),
    )
    if claim.intent is None or stalled is not None or claim.attachment is None:
        return found
    case = AdapterCase(
        claim=claim,
        intent=claim.intent,
        host=scene.host,
        network=scene.network,
        surroundings=scene.surroundings,
        precautions=scene.precautions,
        coming=coming,
        adapter=adapter,
        template=None if subject.replaced is None else recall_adapter(subject.replaced),
        attachment=claim.attachment,
        claims=scene.live_claims,
        held=scene.held,
        differences=found.comparison.differences,
    )
    ruling = ask(rulebook.ADAPTER_CHANGES, case)
    if ruling.refused is not None:
        return replace(found, refused=ruling.refused)
    if not found.comparison.differences:
        return found
    is_replaced = adapter is not None and case.is_replacement
    return replace(
        found,
        risks=ruling.risks,
        steps=plan_adapter(case),
        replaces=remember_adapter(adapter, scene.network) if is_replaced and adapter is not None else None,
    )


def _restore(subject: Subject, item: VmkAdapter, adapter: AdapterState | None, scene: Scene) -> tuple[PhasedStep, ...]:
    if subject.replaced is None or not is_to_be_put_back(subject):
        return ()
    return put_back(subject.replaced, item.key, adapter, scene.network)


def judge_netstack(
    subject: Subject,
    item: VmkNetstack,
    scene: Scene,
    *,
    coming: NetworkState,
    final: NetworkState,
    devices: Mapping[ObjectKey, str],
) -> Judgement:
    """Judge a live VmkNetstack.

    *coming* is the network with the stacks and adapters that this plan creates, *final* the same with all of its
    adapter steps done, *devices* what VmkAdapters have then.
    """
    intent, binding = read_netstack(item.spec), scene.here
    declared = DeclaredNetstack(item, intent, binding, scene)
    stack = declared.stack
    found = Judgement(
        fingerprint=netstack_fingerprint(scene.host, scene.network, item.spec.netstack),
        binding=binding,
        observed=None if stack is None else observe_netstack(stack),
        stalled=first_refusal(rulebook.NETSTACK_IDENTITY, declared),
        advisories=without_silenced(all_advice(rulebook.NETSTACK_ADVICE, declared), item, scene.surroundings),
    )
    if isinstance(intent, Blocked) or found.stalled is not None:
        return found
    existence = compare_existence(intent.netstack, exists=stack is not None)
    found = replace(found, comparison=existence, in_place=stack is not None)
    # What is still to come counts for those who may write to it then.
    there = coming if subject.policy is Policy.ENFORCE else scene.network
    source = _dns_source(intent, item.key.namespace, scene, devices)
    settled = _judge_settings(subject, intent, scene, coming=there, final=final, dns_source=source)
    if stack is None:
        # What can't be set on it is told once it is there, and its adapters with it.
        creation = plan_stack_creation(item.key, intent.netstack, scene.network)
        return replace(found, steps=(creation, *(() if settled is None else settled.steps)))
    if settled is None:
        return replace(found, dormant=True)
    comparison = Comparison(existence.as_declared + settled.comparison.as_declared, settled.comparison.differences)
    return replace(found, comparison=comparison, refused=settled.refused, risks=settled.risks, steps=settled.steps)


def _judge_settings(
    subject: Subject,
    intent: NetstackIntent,
    scene: Scene,
    *,
    coming: NetworkState,
    final: NetworkState,
    dns_source: DnsSource | None,
) -> Judgement | None:
    """Judge what is declared of a stack that is there or comes into being; ``None``: no adapter activates it."""
    stack = scene.network.netstack(intent.netstack) or coming.netstack(intent.netstack)
    if stack is None or not is_in_use(stack.key, coming):
        return None
    own = _own_routes(subject, scene.host)
    comparison = compare_netstack(intent, stack, scene.network, own, dns_source)
    changes = route_changes(intent.static_routes, stack.static_routes, own)
    case = NetstackCase(
        intent=intent,
        host=scene.host,
        network=scene.network,
        surroundings=scene.surroundings,
        precautions=scene.precautions,
        stack=stack,
        final=final,
        differences=comparison.differences,
        route_changes=changes,
        dns_source=dns_source,
    )
    ruling = ask(rulebook.NETSTACK_CHANGES, case)
    steps = () if ruling.refused is not None else plan_netstack(case, subject.object.key, created=coming)
    return Judgement(comparison=comparison, refused=ruling.refused, risks=ruling.risks, steps=steps)


def _dns_source(
    intent: NetstackIntent, namespace: str, scene: Scene, devices: Mapping[ObjectKey, str]
) -> DnsSource | None:
    name = intent.dns.from_adapter
    if name is None:
        return None
    here = (claim for claim in scene.live_claims if claim.key.namespace == namespace)
    claim = next((one for one in here if one.key.name == name), None)
    return DnsSource(name, claim, None if claim is None else devices.get(claim.key))


def _own_routes(subject: Subject, host: HostState) -> frozenset[StaticRoute]:
    binding = subject.status.binding
    # What was ours was on the machine that is remembered; this one may have been rebuilt.
    is_same_machine = binding is None or binding.host_uuid == host.uuid
    return own_routes(subject.status.applied) if is_same_machine else frozenset()


def _compare(claim: Claim, assigned: Assigned, scene: Scene, coming: NetworkState, *, is_stalled: bool) -> Comparison:
    if claim.intent is None:
        return Comparison()
    if isinstance(assigned, Found):
        return compare_adapter(claim.intent, assigned.adapter, claim.attachment, network=scene.network, coming=coming)
    # An object that points nowhere misses nothing, but a port that is gone is gone.
    if isinstance(assigned, Missing) and (assigned.was is not None or not is_stalled):
        return compare_missing(assigned)
    return Comparison()


def _bind(subject: Subject, assigned: Assigned, here: Binding) -> Binding | None:
    if isinstance(assigned, Found):
        return here.model_copy(update={"device": assigned.adapter.device, "mac": assigned.adapter.mac})
    # Of an adapter that is gone, or held by another object, the memory stays; of a host that was rebuilt, none.
    previous = subject.status.binding
    if previous is None or previous.device is None or previous.mac is None or previous.host_uuid != here.host_uuid:
        return None
    return here.model_copy(update={"device": previous.device, "mac": previous.mac})
