"""Briefpress: feeds in, a reviewed newsletter out. See docs/architecture.md for the walk of one item."""

__version__ = "0.1.0"
