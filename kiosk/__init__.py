"""The touchscreen client: one citizen touches one face, and it is on disk before anyone is thanked."""
