"""Runs plans: keyed queue, slots, permits, runner, settling. Knows vCenter and Kubernetes only as ports."""
