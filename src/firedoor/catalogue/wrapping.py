"""Breaking sentences into lines. What stands in backticks is to be copied, so it stays whole whatever the width."""


def wrap(text: str, width: int) -> list[str]:
    """The text's words in lines of at most ``width`` characters; a longer word has a line of its own."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _words(text: str) -> list[str]:
    """The words between blanks, where blanks in backticks do not count."""
    words: list[str] = []
    for word in text.split(" "):
        if words and words[-1].count("`") % 2:
            words[-1] += f" {word}"
        else:
            words.append(word)
    return words
