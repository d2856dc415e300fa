"""The contract: all that kiosk and server say to each other.

A leaf. It knows msgspec, PyNaCl and the standard library, and all of `server`
that a kiosk may import is here. Kiosk and server are upgraded on different
days, so what holds them together are bytes: the golden samples of
`tests/protocol/v1/` must be read by every later version.
"""
