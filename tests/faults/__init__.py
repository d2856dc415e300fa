"""Faults on purpose: kills, disks, power, networks, clones. `python -m tests.faults` runs them all."""
