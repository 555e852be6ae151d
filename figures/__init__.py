"""Plots and interactive explorers in the course's one visual language (see :mod:`figures.style`)."""
