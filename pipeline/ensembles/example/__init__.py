"""Example data of the ensemble tool, and the script that makes them."""
