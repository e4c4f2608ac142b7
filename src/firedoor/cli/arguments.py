"""Reading a command line. Our own because the standard parser's import alone costs most of what `run` may."""

import os

from firedoor.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Option:
    """One option of a verb: its spellings (``-e``, ``--env``), what its value is called (empty: a flag), its help.

    A value called ``[=SOMETHING]`` may be left out; then the option is a flag.
    """

    __slots__ = ("help", "key", "metavar", "spellings")

    def __init__(self, spellings: str, metavar: str, text: str) -> None:
        self.spellings = tuple(spellings.split())
        self.key = self.spellings[-1].lstrip("-").replace("-", "_")
        self.metavar = metavar
        self.help = text


DIRECTORY = Option("-C --directory", "DIR", "work as if started in DIR")
QUIET = Option("-q --quiet", "", "say only what must be said")
HELP = Option("-h --help", "", "show this help")
ENVIRONMENT = Option(
    "-e --env", "ENV", "the environment; else APP_ENV and its like, .env, the declared default"
)
FORMAT = Option("--format", "FORMAT", "text, json, sarif or github")
COMMON = (DIRECTORY, QUIET, HELP)


class Verb:
    """The command line of one verb: usage, one-line help, options, and whether the rest is a command of its own.

    ``verbs`` are those of its own, each with a line of help.
    """

    __slots__ = ("command", "help", "name", "notes", "operands", "options", "verbs")

    def __init__(
        self,
        name: str,
        operands: str,
        text: str,
        options: "Sequence[Option]" = (),
        *,
        command: bool = False,
        notes: str = "",
        verbs: "Mapping[str, str] | None" = None,
    ) -> None:
        self.name = name
        self.operands = operands
        self.help = text
        self.options = (*options, *COMMON)
        self.command = command
        self.notes = notes
        self.verbs = verbs or {}


class Arguments:
    """What was given: ``operands`` in order, ``values`` by option key (flags are ``True``)."""

    __slots__ = ("operands", "values")

    def __init__(self) -> None:
        self.operands: list[str] = []
        self.values: dict[str, str | bool] = {}

    def text(self, option: Option) -> str | None:
        """The option's value, None when it was not given."""
        value = self.values.get(option.key)
        return value if isinstance(value, str) else None

    def flag(self, option: Option) -> bool:
        """Whether the flag was given."""
        return bool(self.values.get(option.key))

    @property
    def directory(self) -> str:
        """Where to look for the declaration. Raises UsageError when it is no folder: above may be another project."""
        named = self.text(DIRECTORY)
        if named is not None and not os.path.isdir(named):
            raise UsageError(f"-C {named!r}: there is no such folder")
        return "." if named is None else named

    @property
    def quiet(self) -> bool:
        """Whether to leave out what is only news."""
        return self.flag(QUIET)


def parse(verb: Verb, argv: "Sequence[str]", into: Arguments | None = None) -> Arguments:
    """Read the words after the verb. Raises UsageError for an unknown option, a missing value or a contradiction."""
    arguments = into if into is not None else Arguments()
    known = {spelling: option for option in verb.options for spelling in option.spellings}
    words = list(argv)
    while words:
        word = words.pop(0)
        if word == "--":
            arguments.operands.extend(words)
            break
        if not word.startswith("-") or word == "-":
            arguments.operands.append(word)
            if verb.command:
                arguments.operands.extend(words)
                break
            continue
        _take(verb, known, word, words, arguments)
    return arguments


def _take(verb: Verb, known: dict[str, Option], word: str, words: list[str], arguments: Arguments) -> None:
    """Read one option, with its value from ``--key=value``, ``-kvalue`` or the next word."""
    if word.startswith("--"):
        name, given, value = word.partition("=")
    else:
        name, value = word[:2], word[2:]
        given = "=" if value else ""
    option = known.get(name)
    if option is None:
        raise UsageError(f"{verb.name}: unknown option {name}{_suggest(name, known)}")
    if option.metavar and (given or not option.metavar.startswith("[")):
        if not given:
            if not words:
                raise UsageError(f"{verb.name}: {name} needs a value: {name} {option.metavar}")
            value = words.pop(0)
        if arguments.values.get(option.key, value) != value:
            raise UsageError(f"{verb.name}: {name} is given twice, with different values")
        arguments.values[option.key] = value
        return
    if given and word.startswith("--"):
        raise UsageError(f"{verb.name}: {name} takes no value")
    arguments.values[option.key] = True
    if value:
        words.insert(0, "-" + value)


def _suggest(name: str, known: dict[str, Option]) -> str:
    from firedoor.schema import nearest

    near = nearest(name, known)
    return f"; did you mean {near}?" if near else "; see --help"


def help_text(verb: Verb) -> str:
    """The verb's help page."""
    rows = [
        (f"{', '.join(option.spellings)} {option.metavar}".rstrip().replace(" [", "["), option.help)
        for option in verb.options
    ]
    width = max(len(left) for left, _ in rows)
    lines = [f"usage: firedoor {verb.name} {verb.operands}".rstrip(), "", verb.help, ""]
    if verb.verbs:
        longest = max(map(len, verb.verbs))
        lines += [*(f"  {name:<{longest}}  {line}" for name, line in verb.verbs.items()), ""]
    lines += [f"  {left:<{width}}  {right}" for left, right in rows]
    if verb.notes:
        lines += ["", verb.notes]
    return "\n".join(lines) + "\n"
