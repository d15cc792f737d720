"""Fault rules: from what a test writes to what the SOAP end follows, and back."""

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any

from pyVmomi import VmomiSupport, vmodl

from vcenter_simulator.control.documents import FaultDocument
from vcenter_simulator.fault_rules import Action, FaultRule
from vcenter_simulator.fleet.errors import DocumentError
from vcenter_simulator.fleet.sentences import alternatives
from vcenter_simulator.methods.accessor import FETCH
from vcenter_simulator.methods.dispatch import TABLES
from vcenter_simulator.soap.plain_values import PlainValueError, type_named, typed_object
from vcenter_simulator.soap.references import methods_of
from vcenter_simulator.vcenter import VCenter

MOST_CANDIDATES = 10
"""Types whose names are like a misspelt fault's."""


def rule_of(document: FaultDocument, vcenter: VCenter) -> FaultRule:
    """Return the rule that *document* describes.

    Raises:
        DocumentError: when it would never hit, or asks for two things at once.
    """
    if document.method is not None:
        _check_method(document.method)
    if document.host is not None:
        _check_host(document.host, vcenter)
    rule = FaultRule(
        method=document.method,
        host=document.host,
        skip=document.skip,
        count=document.count,
        probability=document.probability,
        delay_s=document.delay_seconds,
        when=document.when,
        action=_action(document),
    )
    if document.fault is not None:
        rule.fault = document.fault
    if document.text is not None:
        rule.text = document.text
    if rule.action is Action.FAULT:
        rule.fields = _fields(rule.fault, document.fields or {})
    return rule


def described(rule: FaultRule) -> dict[str, Any]:
    """Return a rule with how often it has hit."""
    told: dict[str, Any] = {
        "id": rule.number,
        "method": rule.method,
        "host": rule.host,
        "skip": rule.skip,
        "count": rule.count,
        "probability": rule.probability,
        "delaySeconds": rule.delay_s,
        "when": rule.when.value,
        "action": rule.action.value,
        "hits": rule.hits,
    }
    if rule.action is Action.FAULT:
        told |= {"fault": rule.fault, "text": rule.text}
    return told


def _action(document: FaultDocument) -> Action:
    action = document.action or (Action.FAULT if document.fault is not None else Action.NONE)
    if action is not Action.FAULT:
        for name, value in (("fault", document.fault), ("text", document.text), ("fields", document.fields)):
            if value is not None:
                raise DocumentError(f"{name}: it is for the action 'fault', but the action is '{action.value}'.")
    if action is Action.NONE and not document.delay_seconds:
        raise DocumentError("The rule would do nothing: name a fault, another action, or delaySeconds.")
    return action


def _check_method(pattern: str) -> None:
    known = {FETCH, *(name for kind, table in TABLES.items() for name in (*table, *methods_of(kind)))}
    if not any(fnmatchcase(name, pattern) for name in known):
        raise DocumentError(f"method: vCenter has no method '{pattern}' here{alternatives(pattern, sorted(known))}")


def _check_host(pattern: str, vcenter: VCenter) -> None:
    if not any(fnmatchcase(name, pattern) for name in vcenter.inventory.hosts):
        raise DocumentError(f"host: there is no host '{pattern}'{alternatives(pattern, vcenter.inventory.hosts)}")


def _fields(fault: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fault's own fields in vSphere's types."""
    try:
        kind = type_named(fault, vmodl.MethodFault, "fault")
    except PlainValueError as error:
        raise DocumentError(f"{error}{alternatives(fault, _faults_like(fault))}") from None
    try:
        typed = typed_object(kind, fields, "fields")
    except PlainValueError as error:
        raise DocumentError(str(error)) from None
    except RecursionError:  # YAML can have an object within itself
        raise DocumentError("fields: they are nested too deeply.") from None
    return {name: getattr(typed, name) for name in fields}


def _faults_like(name: str) -> list[str]:
    names = {known for _, known in VmomiSupport._wsdlDefMap}  # noqa: SLF001 - pyVmomi has no other list of its types
    close = get_close_matches(name, sorted(names), n=MOST_CANDIDATES)
    return [one for one in close if issubclass(VmomiSupport.GuessWsdlType(one), vmodl.MethodFault)]
