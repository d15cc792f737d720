"""What an ESXi host has and what it allows: pure functions from state and request to new state or refusal."""
