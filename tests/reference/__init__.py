"""The model and the oracles that the code is compared with."""
