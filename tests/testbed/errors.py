"""What can go wrong with the test bed itself."""

from __future__ import annotations


class TestbedError(Exception):
    """The test bed cannot do its work; the message says why and what to do."""

    __test__ = False  # pytest takes every class whose name begins with Test for a test


class BuildError(TestbedError):
    """A server could not be built."""


class StartError(TestbedError):
    """A process did not become ready."""


class DeadlineError(TestbedError):
    """A condition was not met in time."""


class NotLoopbackError(TestbedError):
    """A kubeconfig points somewhere else than at this machine."""
