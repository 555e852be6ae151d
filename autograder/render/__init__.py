"""Verdicts as people see them: in a notebook, in a terminal, on a page. Nothing here judges."""
