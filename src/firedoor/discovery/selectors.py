"""Which variables choose the environment in a project: names that people use for it, and names that only look so."""

from __future__ import annotations

USUAL = ("APP_ENV", "ENV")
_KNOWN = (
    *USUAL,
    "ENVIRONMENT",
    "APP_ENVIRONMENT",
    "APPLICATION_ENV",
    "DJANGO_ENV",
    "FLASK_ENV",
    "FASTAPI_ENV",
    "PYTHON_ENV",
    "DEPLOY_ENV",
    "DEPLOYMENT_ENV",
    "DEPLOYMENT_ENVIRONMENT",
    "RUN_ENV",
    "RUNTIME_ENV",
    "SERVER_ENV",
    "ENV_NAME",
    "ENVIRONMENT_NAME",
    "ENV_FOR_DYNACONF",
    "STAGE",
    "APP_STAGE",
    "RAILS_ENV",
    "RACK_ENV",
    "MIX_ENV",
    "NODE_ENV",
)
# Set to "production" wherever something is built, whatever environment it is built for.
BUILD_MODES = frozenset(("NODE_ENV", "BABEL_ENV", "WEBPACK_ENV", "VITE_MODE"))
# Labels for somebody else's dashboard: they follow the environment, they don't choose it.
_LABELS = (
    "SENTRY_",
    "DD_",
    "NEW_RELIC_",
    "ELASTIC_",
    "OTEL_",
    "HONEYBADGER_",
    "ROLLBAR_",
    "BUGSNAG_",
    "VERCEL_",
    "RAILWAY_",
    "RENDER_",
    "FLY_",
    "HEROKU_",
    "NETLIFY_",
    "CONDA_",
    "VIRTUAL_",
    "PIP_",
    "NEXT_PUBLIC_",
    "REACT_APP_",
    "VITE_",
    "PAYPAL_",
    "PLAID_",
    "BRAINTREE_",
    "STRIPE_",
    "SQUARE_",
    "PINECONE_",
    "TF_",
)
_ENDINGS = ("_ENV", "_ENVIRONMENT")


def may_select(name: str) -> bool:
    """Whether a variable of this name could choose the environment; what its values are must confirm it."""
    upper = name.upper()
    if upper in _KNOWN or upper in BUILD_MODES:
        return True
    return upper.endswith(_ENDINGS) and not is_label(upper)


def is_label(name: str) -> bool:
    """Whether the variable tells another service which environment it hears from."""
    return name.upper().startswith(_LABELS)


def by_habit(name: str) -> int:
    """Where the name stands among the usual ones: lower is more usual."""
    return _KNOWN.index(name) if name in _KNOWN else len(_KNOWN)
