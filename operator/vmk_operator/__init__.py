"""Kubernetes operator that makes the VMkernel networking of ESXi hosts declarative."""
