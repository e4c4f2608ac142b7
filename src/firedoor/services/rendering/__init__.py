"""The parts of a deployment file: references, what Compose and a stack take, Swarm secrets, the text itself."""

# how every such file begins
MARK = "# Made by `firedoor service config"
