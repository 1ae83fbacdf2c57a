"""Whole journeys through the running suite."""
