"""Tests of the loop: one room for each side of it."""
