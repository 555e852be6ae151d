"""The two kinds of errors that people read: each command turns them into their message, one or two sentences."""


class Mistake(Exception):
    """Something that whoever called can put right; the message names what came in and what to do."""


class Fault(Exception):
    """Something that stops the program and isn't its caller's doing; the message says what and what is safe."""
