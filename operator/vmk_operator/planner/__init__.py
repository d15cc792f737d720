"""The heart: every rule of VMkernel networking, pure, total and deterministic.

``plan_host`` decides, ``next_status`` tells. No I/O, no clock, no randomness, no logging; nothing here raises for
bad state: what can't be done is a ``Blocked`` with a stable reason.
"""
