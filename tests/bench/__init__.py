"""The figures of DESIGN §9 that this release has, measured on the real thing; `make bench` prints them."""
