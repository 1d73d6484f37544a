"""ropelint for people without Node: `ropelint`, or `python -m ropelint`."""
