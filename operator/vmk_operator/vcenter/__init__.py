"""vCenter as the engine sees it. The only importer of pyVmomi; speaks ``model`` and ``errors`` to everybody else.

Reading (``stream``, ``inventory``, ``compose``, ``decode``) goes from XML to ``model`` without pyVmomi's objects,
because they are what makes a bulk read dear (reference/simulator.md §5). Requests, small answers and faults go
through pyVmomi's own serialiser and deserialiser.
"""

from vmk_operator.vcenter.connector import Connector as Connector
from vmk_operator.vcenter.settings import CallObserver as CallObserver
from vmk_operator.vcenter.settings import Timings as Timings
