"""``firedoor completion``: scripts that complete verbs, options and this project's environments in a shell."""

from __future__ import annotations

import string
from importlib import import_module
from typing import TYPE_CHECKING

from firedoor import declaration
from firedoor.cli import VERBS, arguments
from firedoor.errors import EXIT_HOLDS, FiredoorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENVIRONMENTS = "environments"
_NAMING = ("env", "from", "try-credentials")  # options that an environment's name follows
_TAKING = ("check", "show", "diff", "lock", "verify")  # verbs that take environments by themselves
_IN_NAMES = frozenset(string.ascii_letters + string.digits + "-_.")
VERB = arguments.Verb(
    "completion",
    "bash | zsh | fish | powershell",
    "Print the completion script for a shell.",
    notes='bash and zsh: eval "$(firedoor completion bash)" in the start-up file.\n'
    "fish: firedoor completion fish | source\n"
    "PowerShell: firedoor completion powershell | Out-String | Invoke-Expression.",
)


def main(argv: Sequence[str]) -> int:
    """Run the verb and return its exit code."""
    given = arguments.parse(VERB, argv)
    if given.flag(arguments.HELP):
        print(arguments.help_text(VERB), end="")
        return EXIT_HOLDS
    shell = given.operands[0] if len(given.operands) == 1 else ""
    if shell == ENVIRONMENTS:  # what the scripts themselves ask for
        print("\n".join(_environments(given.directory)))
        return EXIT_HOLDS
    if shell not in SCRIPTS:
        raise UsageError(f"completion: name one shell: {', '.join(SCRIPTS)}")
    print(SCRIPTS[shell](), end="")
    return EXIT_HOLDS


def _environments(directory: str) -> Sequence[str]:
    """The names and aliases declared here; none where nothing can be read, since a shell is only guessing.

    bash expands what it is given to complete from: only names that it finds nothing to expand in.
    """
    try:
        spellings = declaration.load(directory).spellings
    except FiredoorError:
        return ()
    return [name for name in spellings if _IN_NAMES.issuperset(name)]


def _options() -> dict[str, list[str]]:
    verbs = {name: import_module(f"firedoor.cli.{name}").VERB for name in VERBS}
    return {
        name: [*verb.verbs, *(spelling for option in verb.options for spelling in option.spellings)]
        for name, verb in verbs.items()
    }


def _bash() -> str:
    cases = "\n".join(f"    {name}) words='{' '.join(options)}' ;;" for name, options in _options().items())
    return f"""\
_firedoor() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{" ".join(VERBS)} --help --version' -- "$current")); return
  fi
  case "$previous" in {"|".join(("-e", *(f"--{long}" for long in _NAMING)))})
    COMPREPLY=($(compgen -W "$(firedoor completion {ENVIRONMENTS})" -- "$current")); return ;;
  esac
  if [ "$previous" = -- ]; then COMPREPLY=($(compgen -c -- "$current")); return; fi
  case "${{COMP_WORDS[1]}}" in
{cases}
  esac
  case "${{COMP_WORDS[1]}}" in {"|".join(_TAKING)}) words="$words $(firedoor completion {ENVIRONMENTS})" ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _firedoor firedoor
"""


def _zsh() -> str:
    return "autoload -Uz bashcompinit && bashcompinit\n" + _bash()


def _fish() -> str:
    lines = ["complete -c firedoor -f"]
    lines += [
        f"complete -c firedoor -n __fish_use_subcommand -a {name} -d {_quoted(line)}"
        for name, line in VERBS.items()
    ]
    for name, options in _options().items():
        seen = f"'__fish_seen_subcommand_from {name}'"
        longs = [option[2:] for option in options if option.startswith("--")]
        lines += [f"complete -c firedoor -n {seen} -l {long}" for long in longs]
        words = " ".join(option for option in options if not option.startswith("-"))
        if words:
            lines.append(f"complete -c firedoor -n {seen} -a {_quoted(words)}")
    names = f"'(firedoor completion {ENVIRONMENTS})'"
    lines += [f"complete -c firedoor -l {long} -x -a {names}" for long in _NAMING]
    lines.append(f"complete -c firedoor -s e -x -a {names}")
    lines.append(f"complete -c firedoor -n '__fish_seen_subcommand_from {' '.join(_TAKING)}' -a {names}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


def _powershell() -> str:
    verbs = ", ".join(f"'{name}'" for name in VERBS)
    return f"""\
Register-ArgumentCompleter -Native -CommandName firedoor -ScriptBlock {{
  param($word, $ast, $position)
  $words = @({verbs})
  if ($ast.CommandElements.Count -gt 2 -or ($ast.CommandElements.Count -eq 2 -and -not $word)) {{
    $words = @(firedoor completion {ENVIRONMENTS})
  }}
  $words | Where-Object {{ $_ -like "$word*" }} | ForEach-Object {{
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }}
}}
"""


SCRIPTS: dict[str, Callable[[], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}
