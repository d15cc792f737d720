"""The story of README, played with real commands against the test bed; `make demo` starts it."""
