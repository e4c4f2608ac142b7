"""From pydantic's refusals to problems: which variable, where it was set, what it should be. Never what it was."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo

from firedoor import secret, sources
from firedoor.origin import DEFAULT, FILE, OVERRIDE, Origin
from firedoor.problem import Problem
from firedoor.settings import shape, words

if TYPE_CHECKING:
    from types import TracebackType

    from pydantic_core import ErrorDetails, ValidationError

    from firedoor.resolve import Value
    from firedoor.settings.bind import Binding
    from firedoor.settings.plan import FieldPlan

Location = tuple[int | str, ...]

_TELLING_LENGTH = 4
_VALIDATOR_KINDS = ("value_error", "assertion_error")


class Place:
    """Where in the class an error is: the field, the path in words (``db.port``), the value behind it if any."""

    __slots__ = ("field", "path", "steps", "value")

    def __init__(self, field: "FieldPlan", steps: list[str], path: str, value: "Value | None") -> None:
        self.field = field
        self.steps = steps
        self.path = path
        self.value = value


class Refusals:
    """Turns the errors of one validation into problems."""

    __slots__ = ("class_name", "configuration", "delimiter", "gathered", "knows_all_sources", "plan")

    def __init__(self, binding: "Binding") -> None:
        self.class_name = binding.cls.__name__
        self.configuration = binding.configuration
        self.gathered = binding.gathered
        self.plan = binding.plan
        self.delimiter = binding.plan.options.delimiter
        self.knows_all_sources = not binding.has_other_sources

    def of_faults(self) -> Iterator[Problem]:
        """FD303 for every text that could not even be given to pydantic."""
        for fault in self.gathered.faults:
            yield self._problem(
                "FD302" if not fault.value.text and self.plan.fields[fault.path[0]].required else "FD303",
                fault.value,
                field=".".join(fault.path),
                expected=fault.expected,
            )

    def of_error(self, error: "ValidationError") -> Iterator[Problem]:
        """A problem for every error that pydantic found, except where a fault already says why."""
        at_fault = {fault.path[0] for fault in self.gathered.faults}
        for item in error.errors(include_url=False):
            place = self._place(item["loc"])
            if place is None:
                yield self._of_class(item)
            elif place.field.name not in at_fault:
                yield self._of_field(place, item)

    def of_crash(self, error: Exception) -> Problem:
        """FD308 for a validator that failed in a way of its own, which says nothing about a field."""
        name = validator_name(error.__traceback__) or "a validator"
        expected = f"values on which {name} does not fail with {type(error).__name__}"
        return self._problem("FD308", None, subject=self.class_name, field="", expected=expected)

    def _of_class(self, item: "ErrorDetails") -> Problem:
        location = item["loc"]
        if item["type"] == "extra_forbidden" and len(location) == 1:
            name = str(location[0])
            expected = words.LIMITS["extra_forbidden"]
            origin = Origin(OVERRIDE, name)
            return self._problem("FD308", None, subject=name, origin=origin, field=name, expected=expected)
        expected = _of_validator(item) or words.UNKNOWN
        return self._problem("FD308", None, subject=self.class_name, field="", expected=expected)

    def _of_field(self, place: Place, item: "ErrorDetails") -> Problem:
        kind, value = item["type"], place.value
        if kind == "missing":
            return self._missing(place)
        expected = words.TYPES.get(kind) or _of_validator(item) or self._limit(place, item)
        if value is None:
            subject = self._variable(place)
            default = Origin(DEFAULT, f"{self.class_name}.{place.field.name}")
            origin = default if self.knows_all_sources else None
            return self._problem(
                "FD308", None, subject=subject, origin=origin, field=place.path, expected=expected
            )
        if not value.text and value.origin.kind != OVERRIDE and place.field.required:
            code = "FD302"
        else:
            code = "FD303" if kind in words.TYPES else "FD308"
        return self._problem(code, value, field=place.path, expected=expected)

    def _limit(self, place: Place, item: "ErrorDetails") -> str:
        """The limit that was broken, as pydantic names it, unless a validator put the value there itself."""
        kind = item["type"]
        expected = words.limit(kind, item.get("ctx") or {})
        if expected == words.LIMITS.get(kind):
            return expected  # nothing was filled in
        text = str(item["input"])
        if self._is_sensitive(place):
            return expected if kind in words.LENGTHS else words.UNKNOWN
        return words.UNKNOWN if len(text) >= _TELLING_LENGTH and text in expected else expected

    def _is_sensitive(self, place: Place) -> bool:
        """Whether the declaration, the variable's name or the field's type calls the value a secret."""
        field = place.field
        key = place.value.key if place.value is not None else self._variable(place)
        return (
            field.name in self.plan.secret_fields
            or secret.looks_secret_name(key)
            or any(hasattr(kind, "get_secret_value") for kind in shape.members(field.annotation))
            or any(
                variable.name == key or field.name in self.plan.fed_by(variable.name)
                for variable in self.configuration.project.sensitive
            )
        )

    def _missing(self, place: Place) -> Problem:
        whole = self.gathered.used.get(place.field.name)
        if whole is not None and place.steps:
            last = place.steps[-1]
            return self._problem("FD308", whole, field=place.path, expected=f"an object that has {last}")
        variable = self._variable(place)
        home = self._home()
        return self._problem(
            "FD301",
            None,
            subject=variable,
            origin=Origin(FILE, home),
            field=place.path,
            file=home,
            suggestion=self._near(variable),
        )

    def _home(self) -> str:
        """The environment's own file: the one its values come from, or the one that should be there."""
        project = self.configuration.project
        names = sources.candidates(project.files[-1], self.configuration.environment)
        read = {
            value.origin.name for value in self.configuration.values.values() if value.origin.kind == FILE
        }
        return next((name for name in names if name in read), names[0])

    def _near(self, variable: str) -> str:
        """A variable of the files that nobody reads and that is spelled much like this one, or an empty text."""
        from firedoor.schema import nearest  # only a refusal needs the nearest name

        read = {value.key for value in (*self.gathered.used.values(), *self.gathered.parts.values())}
        known = {*read, *self.configuration.project.variables, *self.configuration.project.selectors}
        return nearest(variable, [key for key in self.configuration.values if key not in known])

    def _variable(self, place: Place) -> str:
        """The name of the variable that would set it."""
        name = place.field.variable
        if not place.steps or not self.delimiter:
            return name
        path = name + self.delimiter + self.delimiter.join(place.steps)
        return path if self.plan.options.case_sensitive else path.upper()

    def _problem(self, code: str, value: "Value | None", **facts: Any) -> Problem:
        subject = facts.pop("subject", value.key if value is not None else "")
        origin = facts.pop("origin", value.origin if value is not None else None)
        return Problem(
            code,
            subject=subject,
            environment=self.configuration.environment.name,
            origin=origin,
            settings=self.class_name,
            **facts,
        )

    def _place(self, location: Location) -> Place | None:
        """Which field a location means. Steps that may be input, such as the keys of a dict, are left out."""
        if not location:
            return None
        field = self.plan.names.get(str(location[0])) or self.plan.fields.get(str(location[0]))
        if field is None:
            return None
        steps: list[str] = []
        path = field.name
        annotation: Any = field.field
        for step in location[1:]:
            below = (
                shape.field_below(annotation, step, case_sensitive=True) if isinstance(step, str) else None
            )
            if isinstance(below, FieldInfo):
                steps.append(str(step))
                path += f".{step}"
            elif isinstance(step, int):
                path += f"[{step}]"
            annotation = below or annotation
        return Place(field, steps, path, self._value(field, steps))

    def _value(self, field: "FieldPlan", steps: list[str]) -> "Value | None":
        """The value at the path, or the nearest one above it, or one below it."""
        cased = [self.plan.options.cased(step) for step in steps]
        for length in range(len(cased), 0, -1):
            value = self.gathered.parts.get((field.name, *cased[:length]))
            if value is not None:
                return value
        whole = self.gathered.used.get(field.name)
        if whole is not None or steps:
            return whole
        return next((value for path, value in self.gathered.parts.items() if path[0] == field.name), None)


def _of_validator(item: "ErrorDetails") -> str:
    """The validator that refused, when one of the class's own did; its words may hold the value."""
    if item["type"] not in _VALIDATOR_KINDS:
        return ""
    error = (item.get("ctx") or {}).get("error")
    name = validator_name(error.__traceback__) if isinstance(error, Exception) else ""
    return f"what the validator {name} accepts" if name else "what its validator accepts"


def validator_name(trace: "TracebackType | None") -> str:
    """The first function in a traceback that is neither firedoor's nor pydantic's: the validator that raised."""
    while trace is not None:
        code = trace.tb_frame.f_code
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] not in ("firedoor", "pydantic", "pydantic_core"):
            return code.co_name
        trace = trace.tb_next
    return ""
