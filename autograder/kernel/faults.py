"""What goes wrong with the untrusted side that is not a submission's doing."""


class KernelFault(Exception):
    """The template process died or doesn't answer: a fault of the grader or its machine, not of a submission."""
