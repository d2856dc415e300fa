"""Whole provinces of kiosks in one deterministic process: a seed says everything that will happen.

The kiosk's engine, sync, outbox, recorder and uplink, and the server's app, writer and store are the real
ones. Time, network, disks that fail, crashes and people are the simulator's. `python -m tests.simulation`.
"""
