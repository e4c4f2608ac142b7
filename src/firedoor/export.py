"""Writing a configuration into ``os.environ``: only ever on an explicit request."""

import os

from firedoor import boundary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firedoor.resolve import Configuration


def export_to_process(configuration: "Configuration") -> None:
    """Set every variable of the configuration in ``os.environ``, so that libraries and child processes see it.

    The selector variables name its environment afterwards. Nothing is removed: a clean environment for a program is
    what ``firedoor run`` gives. Raises ConfigurationError, and writes nothing, when the configuration has errors.
    """
    os.environ.update(boundary.require(configuration).texts)
