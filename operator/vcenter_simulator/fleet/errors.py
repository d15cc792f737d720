"""What is wrong with a document."""


class DocumentError(ValueError):
    """A document that can't be read or contradicts itself; the message is one sentence."""
