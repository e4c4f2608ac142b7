"""One environment's services as a file that Docker runs without firedoor: the document, and the parts that make it."""

# how every such file begins
MARK = "# Made by `firedoor service config"


def is_rendered(text: str) -> bool:
    """Whether a file's text was made here: such a file is no source for another one."""
    return text.startswith(MARK)
