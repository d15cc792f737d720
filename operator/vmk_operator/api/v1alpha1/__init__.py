"""``vmkernel.dev/v1alpha1``: the models that the CRDs are generated from.

Every managed field is tri-state: ``None`` is not managed, never touched, never reported; a value means exactly that.
"""

from vmk_operator.api.v1alpha1.adapter import Distributed as Distributed
from vmk_operator.api.v1alpha1.adapter import Ipv4 as Ipv4
from vmk_operator.api.v1alpha1.adapter import Ipv4Mode as Ipv4Mode
from vmk_operator.api.v1alpha1.adapter import Ipv6 as Ipv6
from vmk_operator.api.v1alpha1.adapter import Opaque as Opaque
from vmk_operator.api.v1alpha1.adapter import PortGroup as PortGroup
from vmk_operator.api.v1alpha1.adapter import Replacement as Replacement
from vmk_operator.api.v1alpha1.adapter import ReplacementRequires as ReplacementRequires
from vmk_operator.api.v1alpha1.adapter import VmkAdapterSpec as VmkAdapterSpec
from vmk_operator.api.v1alpha1.dns import Dns as Dns
from vmk_operator.api.v1alpha1.netstack import Gateway as Gateway
from vmk_operator.api.v1alpha1.netstack import VmkNetstackSpec as VmkNetstackSpec
from vmk_operator.api.v1alpha1.objects import Metadata as Metadata
from vmk_operator.api.v1alpha1.objects import VCenter as VCenter
from vmk_operator.api.v1alpha1.objects import VmkAdapter as VmkAdapter
from vmk_operator.api.v1alpha1.objects import VmkNetstack as VmkNetstack
from vmk_operator.api.v1alpha1.routes import Route as Route
from vmk_operator.api.v1alpha1.status import Advisory as Advisory
from vmk_operator.api.v1alpha1.status import Applied as Applied
from vmk_operator.api.v1alpha1.status import Binding as Binding
from vmk_operator.api.v1alpha1.status import Drift as Drift
from vmk_operator.api.v1alpha1.status import Halt as Halt
from vmk_operator.api.v1alpha1.status import ObservedAdapter as ObservedAdapter
from vmk_operator.api.v1alpha1.status import ObservedAddress as ObservedAddress
from vmk_operator.api.v1alpha1.status import ObservedNetstack as ObservedNetstack
from vmk_operator.api.v1alpha1.status import PlanStatus as PlanStatus
from vmk_operator.api.v1alpha1.status import Repair as Repair
from vmk_operator.api.v1alpha1.status import Replaced as Replaced
from vmk_operator.api.v1alpha1.status import ReplacedIpv6 as ReplacedIpv6
from vmk_operator.api.v1alpha1.status import VmkAdapterStatus as VmkAdapterStatus
from vmk_operator.api.v1alpha1.status import VmkNetstackStatus as VmkNetstackStatus
from vmk_operator.api.v1alpha1.vcenter import VCenterSpec as VCenterSpec
from vmk_operator.api.v1alpha1.vcenter import VCenterStatus as VCenterStatus

GROUP = "vmkernel.dev"
VERSION = "v1alpha1"
