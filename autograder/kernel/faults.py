"""What goes wrong with the untrusted side that is not a submission's doing."""

from autograder.errors import Fault


class KernelFault(Fault):
    """The template process died or doesn't answer: a fault of the grader or its machine, not of a submission."""
