"""End to end: a real control plane, the simulator and the real operator process, driven by the real kubectl."""

from testbed.fixtures import control_plane as control_plane
from testbed.fixtures import deployed as deployed
from testbed.fixtures import fleet as fleet
from testbed.fixtures import kubectl as kubectl
from testbed.fixtures import namespace as namespace
from testbed.fixtures import operator as operator
from testbed.fixtures import pytest_collection_modifyitems as pytest_collection_modifyitems
from testbed.fixtures import simulator as simulator
from testbed.fixtures import somebody as somebody
